"""How people say that something is to be kept in mind, in the languages that we answer in: data for memory.py."""

from __future__ import annotations

from typing import Final

#: What stands before the words; the line ends with them. A colon, a comma or "that" parts the two.
KEEP: Final = (
    r"(?:please[, ]\s*)?(?:remember|keep in mind|note)(?:\s*:|\s+that\s)"
    r"|(?:please[, ]\s*)?remember\s+for\s+(?:later|next time|all my projects)\s*[:,]"
    r"|(?:for|in)\s+all\s+(?:of\s+)?(?:my|our)\s+projects\s*[:,]"
    r"|from\s+now\s+on\s*[:,]"
    r"|(?:proszę[, ]\s*)?(?:zapamiętaj|zapamiętajcie|pamiętaj)(?:\s*:|\s*,?\s+że\s)"
    r"|we\s+wszystkich\s+(?:moich|naszych)\s+projektach\s*[:,]|od\s+teraz\s*[:,]"
    r"|(?:merci de\s+)?(?:retiens|retenez|retenir|mémorise|mémorisez|souviens-toi|souvenez-vous)"
    r"(?:\s*:|\s+(?:que\s|qu['\u2019]))"
    r"|(?:dans|pour)\s+tous\s+(?:mes|nos)\s+projets\s*[:,]|(?:désormais|dorénavant)\s*[:,]"
    r"|(?:bitte\s+)?(?:merk(?:e)?\s+dir|merken\s+sie\s+sich)(?:\s+bitte)?(?:\s*:|\s*,?\s+dass\s)"
    r"|(?:in|für)\s+alle(?:n)?\s+(?:meine|meinen|unsere|unseren)\s+projekte(?:n)?\s*[:,]|ab\s+jetzt\s*[:,]"
)
#: Whole lines that ask what is kept.
ASK: Final = (
    "what do you remember|what do you remember about me|what do you remember of me|what did you remember|"
    "show what you remember|list what you remember|memory|show memory|my memory|"
    "co pamiętasz|co o mnie pamiętasz|co zapamiętałeś|co zapamiętałaś|co pamiętacie|pamięć|pokaż pamięć|"
    "de quoi te souviens-tu|de quoi vous souvenez-vous|que retiens-tu|que retenez-vous|qu'as-tu retenu|"
    "qu'avez-vous retenu|mémoire|"
    "was hast du dir gemerkt|was haben sie sich gemerkt|was merkst du dir|was weißt du über mich|"
    "was wissen sie über mich|woran erinnerst du dich|gedächtnis"
)
#: Before the number of what is to be forgotten.
FORGET: Final = (
    "forget|forget number|forget no|forget memory|zapomnij|zapomnij o|zapomnij numer|zapomnij nr|"
    "oublie|oubliez|oublie le|oubliez le|oublie le numéro|oubliez le numéro|"
    "vergiss|vergessen sie|vergiss nummer|vergiss nr|vergessen sie nummer"
)
