"""Draw the hour lines of a horizontal dial, as SVG."""

import sys
from math import cos, radians, sin

LATITUDE = 52.0


def line(hour: int) -> str:
    """Give the line of an hour, counted from noon."""
    turn = radians(15 * hour)
    x, y = sin(radians(LATITUDE)) * sin(turn), cos(turn)
    return f'<line x2="{x:.3f}" y2="{-y:.3f}"/>'


if __name__ == "__main__":
    lines = "".join(line(hour) for hour in range(-5, 6))
    space = 'xmlns="http://www.w3.org/2000/svg"'
    group = f'<g stroke="black" stroke-width="0.01">{lines}</g>'
    sys.stdout.write(f'<svg {space} viewBox="-1 -1 2 1">{group}</svg>')
