"""Names across scripts: what forms a name has, and how alike two names are. docs/names.md."""

from fairwitness.names._parse import BadName, Name, Word, parse_name
from fairwitness.names.aliases import Aliases, BadAliases, read_aliases, shipped_aliases
from fairwitness.names.compare import LEVELS, Level, Match, compare, is_within

__all__ = [
    "LEVELS",
    "Aliases",
    "BadAliases",
    "BadName",
    "Level",
    "Match",
    "Name",
    "Word",
    "compare",
    "is_within",
    "parse_name",
    "read_aliases",
    "shipped_aliases",
]
