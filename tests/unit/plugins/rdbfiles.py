# Copyright: (c) 2026, the community.redis_enterprise contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""RDB files that real Redis servers have saved: Redis 6.2.14 (format 9) and 8.2.3 (format 12), each with 5 keys or none."""

from __future__ import annotations

import base64
import gzip

WITH_CHECKSUM = base64.b64decode(
    "UkVESVMwMDA5+glyZWRpcy12ZXIGNi4yLjE0+gpyZWRpcy1iaXRzwED6BWN0aW1lwkM1A2v6CHVzZWQtbWVtwghSDgD6DGFvZi1wcmVhbWJsZcAA/gD7BQEAAWHAAQABYsMJQGQBeHjg"
    "VwABeHgNAWgREQAAAA0AAAACAAABZgMBdv8OAWwBEREAAAAOAAAAAwAA8gLzAvT//Mb3/ky5AQAAAAFlwAH/Kt2hqDmKBxo="
)
WITHOUT_CHECKSUM = base64.b64decode(
    "UkVESVMwMDA5+glyZWRpcy12ZXIGNi4yLjE0+gpyZWRpcy1iaXRzwED6BWN0aW1lwkM1A2v6CHVzZWQtbWVtwuBRDgD6DGFvZi1wcmVhbWJsZcAA/gD7BQEAAWHAAQ4BbAEREQAAAA4A"
    "AAADAADyAvMC9P8NAWgREQAAAA0AAAACAAABZgMBdv/8Mfj+TLkBAAAAAWXAAQABYsMJQGQBeHjgVwABeHj/AAAAAAAAAAA="
)
EMPTY = base64.b64decode(
    "UkVESVMwMDA5+glyZWRpcy12ZXIGNi4yLjE0+gpyZWRpcy1iaXRzwED6BWN0aW1lwkM1A2v6CHVzZWQtbWVtwjhPDgD6DGFvZi1wcmVhbWJsZcAA/2ArBFP2U7Fb"
)
WITH_FUNCTIONS = base64.b64decode(
    "UkVESVMwMDEy+glyZWRpcy12ZXIFOC4yLjP6CnJlZGlzLWJpdHPAQPoFY3RpbWXCWDUDa/oIdXNlZC1tZW3CwEQNAPoIYW9mLWJhc2XAAPVAQSMhbHVhIG5hbWU9ZgpyZWRpcy5yZWdp"
    "c3Rlcl9mdW5jdGlvbignZicsZnVuY3Rpb24oKSByZXR1cm4gMSBlbmQp/gD7BQEAAWLDCUBkAXh44FcAAXh4EAFoDQ0AAAACAIFmAoF2Av8AAWHAARIBbAECDQ0AAAADAAEBAgEDAf/8"
    "cEj/TLkBAAAAAWXAAf8kg39xiXZ//w=="
)


def slow_crc64(data):
    """The checksum as its definition has it, bit by bit."""
    crc = 0
    for byte in data:
        for bit in range(8):
            crc = (crc >> 1) ^ (0x95AC9329AC4BC9B5 if (crc ^ (byte >> bit)) & 1 else 0)
    return crc


def finished(body):
    """``body`` with the end that makes an RDB file of it."""
    body += b"\xff"
    return body + slow_crc64(body).to_bytes(8, "little")


def packed(data):
    return gzip.compress(data, 1, mtime=0)
