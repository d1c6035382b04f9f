"""The product's code, in layers; the order of the layers is data in tests/contract/test_architecture.py."""
