"""
Lets vLLM's API layer be imported on a machine without torch, GPU or model: a module of one of these names has whatever is asked of it.
"""

import importlib.abc
import importlib.machinery
import sys
import types
import typing

STUBBED = {"torch", "torchvision", "torchaudio", "triton", "cv2", "xgrammar", "llguidance", "outlines_core", "lmformatenforcer"}


class Anything(type):
    """A class of which every attribute is another such class, and which may stand wherever a value or a type may."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = Anything(name, (Something,), {"__module__": "stubs"})
        type.__setattr__(cls, name, value)
        return value

    def __call__(cls, *arguments, **named):
        decorates = len(arguments) == 1 and not named and callable(arguments[0]) and not isinstance(arguments[0], Anything)
        return arguments[0] if decorates else object.__new__(cls)

    def __or__(cls, other):
        return typing.Union[cls, other]

    def __ror__(cls, other):
        return typing.Union[other, cls]

    def __getitem__(cls, _):
        return cls

    def __iter__(cls):
        return iter(())

    def __ge__(cls, _):
        return True

    def __lt__(cls, _):
        return False

    def __add__(cls, other):
        return other if isinstance(other, (str, int, float)) else cls

    __gt__, __le__, __radd__ = __ge__, __lt__, __add__

    def __mul__(cls, _):
        return cls

    __rmul__ = __sub__ = __rsub__ = __truediv__ = __rtruediv__ = __floordiv__ = __mul__

    def __int__(cls):
        return 0

    __index__ = __len__ = __int__

    def __float__(cls):
        return 0.0

    def __bool__(cls):
        return True


class Something(metaclass=Anything):
    def __init_subclass__(cls, **_):
        pass

    def __class_getitem__(cls, _):
        return cls

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (Something,), {})

    def __call__(self, *arguments, **named):
        return arguments[0] if len(arguments) == 1 and not named and callable(arguments[0]) else self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False


class Stub(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        value = sys.modules.get(f"{self.__name__}.{name}") or Anything(name, (Something,), {"__module__": self.__name__})
        setattr(self, name, value)
        return value


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in STUBBED:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        module = Stub(spec.name)
        module.__path__, module.__version__ = [], "2.12.0"
        return module

    def exec_module(self, module):
        pass


def install():
    sys.meta_path.insert(0, Finder())
    import vllm.utils.torch_utils

    vllm.utils.torch_utils.direct_register_custom_op = lambda *_, **__: None
