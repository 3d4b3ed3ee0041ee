"""PowerShell as text: whether it can be parsed, and its commands with what they are given. Nothing is run.

tree-sitter judges the syntax and finds the commands. Its grammar reports errors for arguments that PowerShell takes,
such as `Domain, Private`, `-type=srv` and `$env:windir\\x.vbs`. So arguments are read here, and the grammar sees a copy
of the text in which each plain argument is one word of the same length. The copy has one byte a character, so that a
place in it is a place in the text.
"""

from .grammar import MOST_CHARACTERS, Command, Parameter, Script, read
from .scan import Comment, SyntaxProblem
from .words import Word

__all__ = ["MOST_CHARACTERS", "Command", "Comment", "Parameter", "Script", "SyntaxProblem", "Word", "read"]
