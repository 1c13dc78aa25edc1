"""Where modules are found (contract templates-and-runtimes, section 6.6)."""

import os
import re
import site
import sys


def task_root():
    """Returns the directory of the function's code."""
    return os.environ.get("LAMBDA_TASK_ROOT") or os.getcwd()


def prepare(layer_root):
    """Puts the code before all other modules, then the layers, each with its .pth files.

    A function that sets PYTHONPATH itself gets its code in front of that, and no layers.
    As in the cloud, where the code is read-only, Python leaves no compiled files beside it. It takes such a file for
    the current one if size and second of the source are the same, and runs old code after a quick change.
    """
    sys.dont_write_bytecode = True
    del sys.path[0]
    if "PYTHONPATH" in os.environ:
        sys.path.insert(0, task_root())
        return
    directories = [task_root()]
    if layer_root:
        version = f"python{_version()}"
        directories.append(os.path.join(layer_root, "python", "lib", version, "site-packages"))
        directories.append(os.path.join(layer_root, "python"))
    others = len(sys.path)
    for directory in directories:
        site.addsitedir(directory)
    sys.path[:] = sys.path[others:] + sys.path[:others]
    os.environ["PYTHONPATH"] = os.environ.get("LAMBDA_RUNTIME_DIR", "/var/runtime")


def _version():
    """Returns the version that the function asks for, for which its layers were built."""
    named = re.fullmatch(r"AWS_Lambda_python(3\.\d+)", os.environ.get("AWS_EXECUTION_ENV", ""))
    return named.group(1) if named else "%d.%d" % sys.version_info[:2]
