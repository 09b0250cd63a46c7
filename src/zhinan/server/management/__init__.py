"""Commands of the office: `zhinan manage …`."""
