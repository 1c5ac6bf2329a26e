"""Who calls the gateway: the guard asks `caller_of` before it reads a body, and LiteLLM `authenticate`, for the limits.

Each file of TENANT_KEY_DIRECTORY is named after a tenant and holds its key; `<tenant>.previous` holds a former key that is still
valid during a rotation. `tenants.json` beside this file says which models and how much each may use. Key files are read anew, so
that a replaced key is valid without a restart, and the old one is not. LiteLLM gets no key, as it puts what it is given into its
messages, its log and the names of its counters: it gets the SHA-256 of the tenant's name, so that both keys count as one.
"""

import hashlib
import hmac
import json
import os
import time
from pathlib import Path

from fastapi import HTTPException
from litellm.proxy._types import LitellmUserRoles, UserAPIKeyAuth

KEYS = Path(os.environ["TENANT_KEY_DIRECTORY"])
TENANTS = json.loads(Path(__file__).with_name("tenants.json").read_text(encoding="utf-8"))
SECONDS_BETWEEN_READS = 5.0
#: Who calls with the platform's own key; no tenant can have this name.
PLATFORM = "(platform)"

_tenant_by_hash: dict[str, str] = {}
_read_at = float("-inf")


def _hash(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


def _tenants() -> dict[str, str]:
    """Tenants by the hash of their keys; an empty key opens nothing."""
    global _tenant_by_hash, _read_at
    now = time.monotonic()
    if now - _read_at >= SECONDS_BETWEEN_READS:
        files = [(name, KEYS / f"{name}{suffix}") for name in TENANTS for suffix in (".previous", "")]
        keys = [(name, file.read_bytes().strip()) for name, file in files if file.is_file()]
        _tenant_by_hash = {_hash(key): name for name, key in keys if key}
        _read_at = now
    return _tenant_by_hash


def models_of(tenant: str) -> list[str]:
    """What a tenant may use."""
    return TENANTS[tenant]["models"]


def caller_of(key: bytes) -> str | None:
    """The tenant of a key, PLATFORM for the platform's own, or None where the key is nobody's."""
    if hmac.compare_digest(key, os.environ["LITELLM_MASTER_KEY"].encode()):
        return PLATFORM
    return _tenants().get(_hash(key))


async def authenticate(request, api_key: str) -> UserAPIKeyAuth:
    """The caller of a request, with what it may do. Raises 401 where the key is nobody's."""
    presented = (api_key or "").encode()
    hashed = _hash(presented)
    tenant = caller_of(presented)
    if tenant is None:
        raise HTTPException(status_code=401, detail="This key is no tenant's.")
    if tenant == PLATFORM:
        return UserAPIKeyAuth(api_key=hashed, token=hashed, key_alias=PLATFORM, user_role=LitellmUserRoles.PROXY_ADMIN)
    allowed = TENANTS[tenant]
    counted = _hash(tenant.encode())
    return UserAPIKeyAuth(
        api_key=counted,
        token=counted,
        key_alias=tenant,
        team_id=tenant,
        team_alias=tenant,
        user_role=LitellmUserRoles.INTERNAL_USER,
        # An empty list would mean every model to LiteLLM; this name no model can have.
        models=allowed["models"] or ["no model"],
        rpm_limit=allowed.get("requestsPerMinute"),
        tpm_limit=allowed.get("tokensPerMinute"),
        max_parallel_requests=allowed.get("parallelRequests"),
    )
