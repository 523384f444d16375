"""Let ``python -m texbook`` do what the ``texbook`` command does."""

from texbook.cli.main import main

if __name__ == "__main__":
    main()
