#!/usr/bin/env python3
"""Reads objects of an encrypted vault with AWS's Encryption SDK for Python, by docs/format.md alone.

    pip install aws-encryption-sdk argon2-cffi
    read-encrypted.py --vault FOLDER (--data-key FILE | --passphrase-file FILE) KEY...
    read-encrypted.py --vault FOLDER (--data-key FILE | --passphrase-file FILE) --all

writes the content of each object to stdout; with --all, a line for each object that is encrypted: its key and the SHA-256
of its content. A data key is the 64 bytes that a slot holds.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys

import aws_encryption_sdk
from aws_encryption_sdk import CommitmentPolicy
from aws_encryption_sdk.identifiers import AlgorithmSuite, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider

CLEAR = re.compile(r"vault\.json$|keys/|leases/|tmp/|pools/[^/]+/snapshots/")
SEGMENT = re.compile(r"pools/([^/]+)/segments/[^/]+/([^/]+)$")

client = aws_encryption_sdk.EncryptionSDKClient(
    commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
)


class OneKey(RawMasterKeyProvider):
    """The raw AES key of a vault or of a slot."""

    provider_id = "cognito-vault"

    def __new__(cls, name, key):
        return super().__new__(cls)

    def __init__(self, name, key):
        super().__init__()
        self._wrapping_key = WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=key,
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )
        self.add_master_key(name)

    def _get_raw_key(self, key_id):
        return self._wrapping_key


def open_message(name, key, context, message):
    plain, header = client.decrypt(source=message, key_provider=OneKey(name, key))
    assert header.algorithm == AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY, header.algorithm
    assert header.encryption_context == context, header.encryption_context
    return plain


def context_of(vault, key):
    segment = SEGMENT.match(key)
    if segment:
        return {"vault": vault, "pool": segment[1], "kind": "segment", "id": segment[2]}
    pool = re.match(r"pools/([^/]+)/", key)
    return {"vault": vault, "kind": "object", "id": key, **({"pool": pool[1]} if pool else {})}


def data_key_of(folder, vault, passphrase):
    from argon2.low_level import Type, hash_secret_raw

    for path in sorted((folder / "keys").iterdir()):
        slot = json.loads(path.read_text())["slot"]
        if slot["kind"] != "passphrase":
            continue
        cost = slot["argon2id"]
        key = hash_secret_raw(
            passphrase,
            base64.b64decode(cost["salt"]),
            time_cost=cost["passes"],
            memory_cost=cost["memoryKiB"],
            parallelism=cost["lanes"],
            hash_len=32,
            type=Type.ID,
            version=0x13,
        )
        context = {"vault": vault, "kind": "key", "id": slot["slot"]}
        try:
            return open_message(slot["slot"], key, context, base64.b64decode(slot["wrapped"]))
        except aws_encryption_sdk.exceptions.AWSEncryptionSDKClientError:
            continue
    sys.exit("the passphrase opens no key slot")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vault", type=pathlib.Path, required=True)
    parser.add_argument("--data-key", type=pathlib.Path)
    parser.add_argument("--passphrase-file", type=pathlib.Path)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("keys", nargs="*")
    given = parser.parse_args()
    vault = json.loads((given.vault / "vault.json").read_text())["vault"]
    if given.data_key:
        data_key = given.data_key.read_bytes()
    else:
        passphrase = re.sub(rb"\r?\n\Z", b"", given.passphrase_file.read_bytes())
        data_key = data_key_of(given.vault, vault, passphrase)

    def read(key):
        return open_message(vault, data_key[:32], context_of(vault, key), (given.vault / key).read_bytes())

    for key in given.keys:
        sys.stdout.buffer.write(read(key))
    if given.all:
        files = [path for path in given.vault.rglob("*") if path.is_file()]
        for key in sorted(str(path.relative_to(given.vault)) for path in files):
            if not CLEAR.match(key):
                print(key, hashlib.sha256(read(key)).hexdigest())


main()
