package io.distributedlock.actuate.board;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/**
 * The page around what is shown. Thread-safe.
 */
final class BoardPage {

	private final Html style = Html.file("board.css");

	private final Html script = Html.file("board.js");

	/** Nothing from elsewhere, and nothing of what is in the page but these two. */
	private final String policy = String.join("; ", "default-src 'none'", "style-src '" + hash(this.style) + "'",
			"script-src '" + hash(this.script) + "'", "img-src data:", "connect-src 'self'", "base-uri 'none'",
			"form-action 'none'");

	String render(Board board, Optional<String> releasePath) {
		return Html
			.of("""
					<!doctype html>
					<html lang="en">
					<head>
					<meta charset="utf-8">
					<meta http-equiv="Content-Security-Policy" content="{}">
					<meta name="viewport" content="width=device-width, initial-scale=1">
					<meta name="color-scheme" content="light dark">
					<meta name="robots" content="noindex">
					<title>Distributed locks · {}</title>
					<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E\
					%3Cpath d='M5 7V5a3 3 0 0 1 6 0v2' fill='none' stroke='%232f6fdb' stroke-width='2'/%3E\
					%3Crect x='3' y='7' width='10' height='7' rx='2' fill='%232f6fdb'/%3E%3C/svg%3E">
					<noscript><meta http-equiv="refresh" content="5"></noscript>
					<style>{}</style>
					</head>
					<body>
					<header>
					<h1>Distributed locks</h1>
					<p id="connection" role="status">Updated every 5 s</p>
					</header>
					<main id="board" {}>
					{}{}{}</main>
					<p id="notice" role="alert"></p>
					<script>{}</script>
					</body>
					</html>
					""",
					this.policy, board.node(), this.style,
					releasePath.map((path) -> Html.of("data-release=\"{}\"", path)).orElse(Html.NOTHING),
					NodeSection.render(board), HeldLocksSection.render(board, releasePath),
					FiguresSection.render(board), this.script)
			.toString();
	}

	private static String hash(Html content) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-256")
				.digest(content.toString().getBytes(StandardCharsets.UTF_8));
			return "sha256-" + Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
