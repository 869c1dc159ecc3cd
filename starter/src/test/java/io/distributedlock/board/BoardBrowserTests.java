package io.distributedlock.board;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

import io.distributedlock.Lease;
import io.distributedlock.LockRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page as a browser sees it.
 */
@EnabledWithBrowser
@Timeout(180)
class BoardBrowserTests {

	private static final String SCRIPT = "<script>document.title='taken over'</script>";

	private static Browser browser;

	@BeforeAll
	static void startBrowser() {
		browser = Browser.start();
	}

	@AfterAll
	static void stopBrowser() {
		browser.close();
	}

	@AfterEach
	void forgetConsole() {
		browser.open("about:blank");
		browser.console();
	}

	@Test
	void nothingIsBlockedAndNothingOfAKeyRuns() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE); Lease lease = shop.locks().acquire(LockRequest.of(SCRIPT))) {
			browser.open(shop.board());
			browser.await("refreshed", (page) -> page.text("#connection").startsWith("Live"));
			assertThat(browser.text(".held .key")).isEqualTo(lease.key());
			assertThat(browser.driver().getTitle()).isEqualTo("Distributed locks · shop@here:1-0001");
			assertThat(browser.console()).isEmpty();
		}
	}

	@Test
	void locksComeAndGoWithoutAReload() {
		try (Shop shop = Shop.open()) {
			browser.open(shop.board());
			browser.run("window.stayed = true; document.querySelector('h1').tabIndex = 0;"
					+ "document.querySelector('h1').focus()");
			assertThat(browser.text("main")).contains("No lock is held now.");
			Lease lease = shop.locks().acquire(LockRequest.of("orders"));
			browser.await("the lock is shown", (page) -> page.text(".held .key").equals("orders"));
			lease.close();
			browser.await("the lock is gone", (page) -> page.text("main").contains("No lock is held now."));
			assertThat(browser.run("return window.stayed")).isEqualTo("true");
			assertThat(browser.run("return document.activeElement.tagName")).isEqualTo("H1");
		}
	}

	@Test
	void aFocusedButtonAndSelectedTextStayWhileOtherLocksCome() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE);
				Lease first = shop.locks().acquire(LockRequest.of("orders").withTtl(Duration.ofMinutes(5)))) {
			browser.open(shop.board());
			browser.find("button[data-key='orders']").sendKeys("");
			browser.run("const key = document.querySelector('.held .key bdi');"
					+ "getSelection().selectAllChildren(key); document.querySelector('.held button').focus()");
			try (Lease second = shop.locks().acquire(LockRequest.of("payments"))) {
				browser.await("both locks are shown", (page) -> page.findAll(".held .key").size() == 2);
				assertThat(browser.findAll(".held .key").get(0).getText()).isEqualTo(second.key());
				assertThat(browser.run("return document.activeElement.dataset.key")).isEqualTo(first.key());
				assertThat(browser.run("return getSelection().toString()")).isEqualTo(first.key());
			}
		}
	}

	@Test
	void isLightOrDarkAsTheReaderPrefers() {
		try (Shop shop = Shop.open()) {
			browser.open(shop.board());
			browser.prefer("light");
			assertThat(browser.find("body").getCssValue("background-color")).contains("245, 246, 248");
			browser.prefer("dark");
			assertThat(browser.find("body").getCssValue("background-color")).contains("14, 17, 22");
		}
	}

	@Test
	void fitsOnAPhoneWhateverTheKeyIs() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE);
				Lease longest = shop.locks().acquire(LockRequest.of("w".repeat(255)).withName("longest"));
				Browser phone = Browser.start()) {
			phone.beAPhone(360);
			phone.open(shop.board());
			assertThat(phone.text(".held .key")).isEqualTo(longest.key());
			assertThat(phone.run("return document.documentElement.scrollWidth")).isEqualTo("360");
			assertThat(phone.run("return innerWidth")).isEqualTo("360");
		}
	}

	@Test
	void releasesByForceWhatIsConfirmed() {
		try (Shop shop = Shop.open(new Class<?>[] { CsrfProtection.class }, Shop.FORCE_RELEASE);
				Lease lease = shop.locks().acquire(LockRequest.of("orders/4711 ä;?#%"))) {
			browser.open(shop.board());
			assertThat(ask("orders")).contains("Lock: " + lease.key(), "Holder: shop@here:1-0001",
					"when it renews its lease next, or when its lease ends");
			browser.driver().switchTo().alert().dismiss();
			assertThat(lease.isHeld()).isTrue();
			ask("orders");
			browser.driver().switchTo().alert().accept();
			browser.await("told", (page) -> page.text("#notice").contains("was released by force"));
			browser.await("the lock is gone", (page) -> page.text("main").contains("No lock is held now."));
			assertThat(lease.isHeld()).isFalse();
		}
	}

	@Test
	void saysSoIfAForcedReleaseIsRefused() {
		try (Shop shop = Shop.open(new Class<?>[] { Refusal.class }, Shop.FORCE_RELEASE);
				Lease lease = shop.locks().acquire(LockRequest.of("orders"))) {
			browser.open(shop.board());
			ask("orders");
			browser.driver().switchTo().alert().accept();
			browser.await("told", (page) -> page.text("#notice").contains("you are not allowed to (403)"));
			assertThat(lease.isHeld()).isTrue();
		}
	}

	@Test
	void saysSoIfTheLockIsNotHeldAnyMoreWhenItIsReleased() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE); Lease lease = shop.locks().acquire(LockRequest.of("orders"))) {
			browser.open(shop.board());
			answerReleaseWith("Promise.resolve(new Response(null, {status: 404}))");
			ask(lease.key());
			browser.driver().switchTo().alert().accept();
			browser.await("told", (page) -> page.text("#notice").endsWith("orders is not held any more."));
		}
	}

	@ParameterizedTest
	@CsvSource({ "Promise.reject(new TypeError()), does not answer",
			"'Promise.resolve(new Response(null, {status: 503}))', failed (503)" })
	void doesNotClaimToKnowWhatBecameOfAReleaseWithoutAnAnswer(String answer, String reason) {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE); Lease lease = shop.locks().acquire(LockRequest.of("orders"))) {
			browser.open(shop.board());
			answerReleaseWith(answer);
			ask(lease.key());
			browser.driver().switchTo().alert().accept();
			browser.await("told", (page) -> page.text("#notice")
				.equals("It is not known whether lock orders was released: the application " + reason + "."));
		}
	}

	@Test
	void doesNotReleaseALockThatAnotherGotWhileTheReaderWasAsked() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE)) {
			Lease first = shop.locks().acquire(LockRequest.of("orders"));
			browser.open(shop.board());
			ask("orders");
			first.close();
			try (Lease second = shop.locks().acquire(LockRequest.of("orders"))) {
				browser.driver().switchTo().alert().accept();
				browser.await("told", (page) -> page.text("#notice").contains("somebody else holds the lock by now"));
				assertThat(second.isHeld()).isTrue();
			}
		}
	}

	@Test
	void releasesALockWhoseKeyIsNoPath() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE);
				Lease other = shop.locks().acquire(LockRequest.of("orders"));
				Lease lease = shop.locks().acquire(LockRequest.of("stock/..//orders;x\\y"))) {
			browser.open(shop.board());
			ask("stock");
			browser.driver().switchTo().alert().accept();
			browser.await("told", (page) -> page.text("#notice").contains("was released by force"));
			assertThat(other.isHeld()).isTrue();
			assertThat(lease.isHeld()).isFalse();
		}
	}

	@Test
	void offersNoForcedReleaseWhereTheEndpointIsReadOnly() {
		try (Shop shop = Shop.open("management.endpoints.web.exposure.include=*");
				Lease lease = shop.locks().acquire(LockRequest.of("orders"))) {
			browser.open(shop.board());
			assertThat(browser.text(".held .key")).isEqualTo(lease.key());
			assertThat(browser.findAll("button")).isEmpty();
		}
	}

	@Test
	void showsTheTablesWithoutJavaScript() {
		try (Shop shop = Shop.open(Shop.FORCE_RELEASE);
				Lease lease = shop.locks().acquire(LockRequest.of("orders").withName("Shop.order"));
				Browser plain = Browser.startWithoutJavaScript()) {
			plain.open(shop.board());
			assertThat(plain.text(".held .key")).isEqualTo(lease.key());
			assertThat(plain.text(".figures .key")).isEqualTo("Shop.order");
			assertThat(plain.text("#connection")).isEqualTo("Updated every 5 s");
			assertThat(plain.find(".held button").isDisplayed()).isFalse();
			try (Lease second = shop.locks().acquire(LockRequest.of("payments"))) {
				plain.await(second.key() + " is shown", (page) -> page.findAll(".held .key").size() == 2);
			}
		}
	}

	@Test
	void saysThatTheApplicationDoesNotAnswerAndRecovers() throws IOException {
		String port = "server.port=" + lastingPort();
		try (Shop shop = Shop.open(port)) {
			browser.open(shop.board());
		}
		browser.await("told", (page) -> page.text("#connection").startsWith("The application does not answer."));
		assertThat(browser.text("main")).contains("No lock is held now.");
		try (Shop again = Shop.open(port); Lease lease = again.locks().acquire(LockRequest.of("orders"))) {
			browser.await(lease.key() + " is shown", (page) -> page.findAll(".held .key").size() == 1);
			assertThat(browser.text("#connection")).startsWith("Live");
		}
	}

	/** Returns a free port that no system gives away to whoever asks for any. */
	private static int lastingPort() throws IOException {
		for (int port = 20_000 + ThreadLocalRandom.current().nextInt(10_000); port < 32_000; port++) {
			try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
				return socket.getLocalPort();
			}
			catch (BindException ex) {
				// taken: the next one
			}
		}
		throw new BindException("No port below 32000 is free");
	}

	private static void answerReleaseWith(String promise) {
		browser.run("const real = window.fetch; window.fetch = (address, options) => options.method === 'DELETE' ? "
				+ promise + " : real(address, options)");
	}

	/** Returns what the page asks before it releases a lock. */
	private static String ask(String startOfKey) {
		browser.find("button[data-key^='" + startOfKey + "']").click();
		return new WebDriverWait(browser.driver(), Duration.ofSeconds(20)).until(ExpectedConditions.alertIsPresent())
			.getText();
	}

}
