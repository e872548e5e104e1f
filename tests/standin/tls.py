"""A self-signed certificate, made when it is needed."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from datetime import datetime, timedelta, timezone
from pathlib import Path

NAME = "stash.invalid"


class TlsUnavailableError(Exception):
    """Neither the cryptography package nor the openssl program is here."""


def server_context(folder: Path) -> ssl.SSLContext:
    """A server's TLS context with a new certificate for another name, as users' certificates mostly are."""
    certificate, key = folder / "stash.crt", folder / "stash.key"
    try:
        _by_package(certificate, key)
    except ImportError:
        _by_program(certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _by_package(certificate: Path, key: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NAME)])
    now = datetime.now(timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
    signed = builder.not_valid_after(now + timedelta(days=30)).sign(private, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    key.write_bytes(private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))


def _by_program(certificate: Path, key: Path) -> None:
    program = shutil.which("openssl")
    if program is None:
        raise TlsUnavailableError("no certificate can be made: neither cryptography nor openssl is installed")
    command = [program, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-subj", f"/CN={NAME}", "-days", "30", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
