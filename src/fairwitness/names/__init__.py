"""Names across scripts: what forms a name has, and how alike two names are. docs/names.md."""

from fairwitness.names._parse import BadName, Name, Word, parse_name
from fairwitness.names.aliases import Aliases, BadAliases, read_aliases, shipped_aliases
from fairwitness.names.compare import LEVELS, Level, Match, compare, is_within
from fairwitness.names.sharing import WARNING, Sharing, how_shared
from fairwitness.names.variants import Variant, variants

__all__ = [
    "LEVELS",
    "WARNING",
    "Aliases",
    "BadAliases",
    "BadName",
    "Level",
    "Match",
    "Name",
    "Sharing",
    "Variant",
    "Word",
    "compare",
    "how_shared",
    "is_within",
    "parse_name",
    "read_aliases",
    "shipped_aliases",
    "variants",
]
