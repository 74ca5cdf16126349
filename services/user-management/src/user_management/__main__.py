"""`python -m user_management serve|migrate`."""

from omnitech_chassis.command import run
from user_management.service import SERVICE

if __name__ == "__main__":
    run(SERVICE)
