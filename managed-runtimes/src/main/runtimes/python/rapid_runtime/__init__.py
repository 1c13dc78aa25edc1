"""Rapid's own runtime for Python: what AWS's client does, without native code.

Begin with main.py. Contract templates-and-runtimes, section 7.2.
"""
