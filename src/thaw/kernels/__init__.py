"""What is compiled: keyed noise, portable functions, threshold cascades, ruling coalitions.

NumPy is used everywhere it is fast and portable enough; here it is not. Kernels take arrays and keys, write to `out`,
raise nothing and keep no state. Beside each stands a plain twin that says what is meant; tests hold the two equal bit
for bit. Importing compiles nothing.
"""

from thaw.kernels._compile import cache_note, compile_all, is_compiled

__all__ = ["cache_note", "compile_all", "is_compiled"]
