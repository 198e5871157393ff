"""`python -m callcenter` is the `callcenter` command."""

from callcenter.main import main

main()
