class Odd(Exception):
    pass


raise Odd()
