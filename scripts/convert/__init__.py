"""Builds the compact model pack from the npm packages it comes from: sources → layers → ONNX and ncnn files → pack.json."""
