'use strict';
(() => {
	const PERIOD = 2000;
	const PATIENCE = 30000;
	const page = document.documentElement;
	const connection = document.getElementById('connection');
	const notice = document.getElementById('notice');
	const policy = (of) => of.querySelector('meta[http-equiv="Content-Security-Policy"]')?.content;
	// without a password that the address may contain: fetch refuses it
	const self = location.origin + location.pathname + location.search;

	let refreshing = false;
	let timer;

	class Refused extends Error {
	}

	async function refresh() {
		if (refreshing) {
			return;
		}
		refreshing = true;
		clearTimeout(timer);
		try {
			show(await load());
			tell('live', 'Live, updated every 2 s');
		}
		catch (failure) {
			const known = document.querySelector('.facts time').textContent;
			tell('silent', `${failure instanceof Refused ? failure.message : 'The application does not answer'}. `
				+ `Shown is what it knew at ${known}. Trying again.`);
		}
		finally {
			refreshing = false;
			later();
		}
	}

	function later() {
		clearTimeout(timer);
		if (!document.hidden) {
			timer = setTimeout(refresh, PERIOD);
		}
	}

	async function load() {
		const answer = await fetch(self, {
			cache: 'no-store',
			headers: {Accept: 'text/html'},
			signal: AbortSignal.timeout(PATIENCE)
		});
		if (!answer.ok) {
			throw new Refused(`The application answers ${answer.status}`);
		}
		const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
		if (!fresh.getElementById('board')) {
			throw new Refused('The application answers with another page: you may have to sign in again');
		}
		return fresh;
	}

	function show(fresh) {
		if (policy(fresh) !== policy(document)) {
			// another version: this script does not know its page
			location.reload();
			return;
		}
		const focused = document.activeElement;
		patch(document.getElementById('board'), fresh.getElementById('board'));
		if (focused !== document.activeElement && focused.isConnected) {
			focused.focus({preventScroll: true});
		}
		document.title = fresh.title;
	}

	/** Makes a node like another one, so that focus, selection, scrolling and a button just pressed stay. */
	function patch(node, fresh) {
		if (node.nodeName !== fresh.nodeName || node.id !== fresh.id) {
			node.replaceWith(fresh);
		}
		else if (node.nodeType !== Node.ELEMENT_NODE) {
			if (node.data !== fresh.data) {
				node.data = fresh.data;
			}
		}
		else {
			patchAttributes(node, fresh);
			patchChildren(node, fresh);
		}
	}

	function patchAttributes(node, fresh) {
		for (const {name} of [...node.attributes]) {
			if (!fresh.hasAttribute(name)) {
				node.removeAttribute(name);
			}
		}
		for (const {name, value} of fresh.attributes) {
			if (node.getAttribute(name) !== value) {
				node.setAttribute(name, value);
			}
		}
	}

	/** What has an id stays what it is, wherever it has moved: rows of locks. */
	function patchChildren(node, fresh) {
		const kept = new Map([...node.children].filter((child) => child.id).map((child) => [child.id, child]));
		const wanted = new Set([...fresh.children].map((child) => child.id));
		kept.forEach((child, id) => wanted.has(id) || child.remove());
		let next = node.firstChild;
		for (const child of [...fresh.childNodes]) {
			const same = child.id ? kept.get(child.id) : next?.id ? undefined : next;
			if (!same) {
				node.insertBefore(child, next);
				continue;
			}
			if (same !== next) {
				node.insertBefore(same, next);
			}
			next = same.nextSibling;
			patch(same, child);
		}
		while (next) {
			const last = next;
			next = last.nextSibling;
			last.remove();
		}
	}

	function tell(state, text) {
		page.classList.remove('live', 'silent');
		page.classList.add(state);
		if (connection.textContent !== text) {
			connection.textContent = text;
		}
	}

	async function forceRelease(button) {
		const {key, token} = button.dataset;
		const row = button.closest('tr');
		const shown = row.querySelector('.key').textContent;
		const holder = row.querySelector('[data-label="Holder"] bdi').textContent;
		if (!confirm(`Release this lock by force?\n\nLock: ${shown}\nHolder: ${holder}\nFencing token: ${token}\n\n`
			+ 'This does not stop the holder: it learns of it when it renews its lease next, or when its '
			+ 'lease ends. Until then somebody else can get the lock, and both work at the same time.')) {
			return;
		}
		button.disabled = true;
		try {
			say(await release(key, token, shown));
		}
		catch (failure) {
			say(`Not released: ${failure instanceof Refused ? failure.message : 'the application does not answer'}.`);
		}
		finally {
			button.disabled = false;
			refresh();
		}
	}

	async function release(key, token, shown) {
		const address = addressOf(key);
		// may be another holder's by now
		const current = await fetch(address, {cache: 'no-store', headers: {Accept: 'application/json'}});
		if (current.status === 404) {
			return `Nothing to release: lock ${shown} is not held any more.`;
		}
		check(current);
		const found = await current.json();
		if (found.key !== key || String(found.fencingToken) !== token) {
			throw new Refused('somebody else holds the lock by now');
		}
		const answer = await fetch(address, {method: 'DELETE', headers: csrfToken()}).catch(() => undefined);
		// the store may have released the lock and only the answer got lost
		if (!answer || (answer.status >= 500 && answer.status !== 501)) {
			return `It is not known whether lock ${shown} was released: ${answer
				? `the application failed (${answer.status})` : 'the application does not answer'}.`;
		}
		if (answer.status === 404) {
			return `Nothing to release: lock ${shown} is not held any more.`;
		}
		check(answer);
		return `Lock ${shown} was released by force.`;
	}

	/** In the query: some keys are no path, as one with "//" or "/../". */
	function addressOf(key) {
		const address = new URL(`${document.getElementById('board').dataset.release}-`, self);
		address.searchParams.set('key', key);
		return address;
	}

	function csrfToken() {
		const token = document.cookie.split('; ').find((cookie) => cookie.startsWith('XSRF-TOKEN='));
		return token ? {'X-XSRF-TOKEN': decodeURIComponent(token.substring('XSRF-TOKEN='.length))} : {};
	}

	function check(answer) {
		if (!answer.ok || answer.redirected) {
			const reasons = {401: 'you have to sign in', 403: 'you are not allowed to', 405: 'it is not allowed here'};
			throw new Refused(`${reasons[answer.status] ?? 'the application refused'} (${answer.status})`);
		}
	}

	function say(text) {
		notice.textContent = text;
		clearTimeout(say.timer);
		say.timer = setTimeout(() => notice.textContent = '', 10000);
	}

	document.addEventListener('click', (event) => {
		const button = event.target.closest('button[data-key]');
		if (button) {
			forceRelease(button);
		}
	});
	document.addEventListener('visibilitychange', () => document.hidden ? clearTimeout(timer) : refresh());
	// in another page's frame a click may be meant for something else
	if (window.top === window.self) {
		page.classList.add('scripted');
	}
	tell('live', 'Live, updated every 2 s');
	later();
})();
