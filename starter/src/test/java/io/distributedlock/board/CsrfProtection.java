package io.distributedlock.board;

import java.io.IOException;
import java.util.Set;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Wants the token back that it gave in a cookie, as Spring Security does.
 */
class CsrfProtection extends OncePerRequestFilter {

	private static final String TOKEN = "a=token";

	private static final Set<String> SAFE = Set.of("GET", "HEAD");

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (!SAFE.contains(request.getMethod()) && !TOKEN.equals(request.getHeader("X-XSRF-TOKEN"))) {
			response.sendError(HttpServletResponse.SC_FORBIDDEN);
			return;
		}
		response.addCookie(new Cookie("XSRF-TOKEN", "a%3Dtoken"));
		chain.doFilter(request, response);
	}

}
