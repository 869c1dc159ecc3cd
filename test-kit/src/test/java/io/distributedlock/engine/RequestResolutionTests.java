package io.distributedlock.engine;

import java.time.Duration;
import java.util.Optional;

import io.distributedlock.InvalidLockKeyException;
import io.distributedlock.Lease;
import io.distributedlock.LockInfo;
import io.distributedlock.LockRequest;
import io.distributedlock.OnLeaseLost;
import io.distributedlock.Renewal;
import io.distributedlock.store.LockProvider;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RequestResolutionTests extends EngineTest {

	private final LockDefaults defaults = new LockDefaults(seconds(20), seconds(3), Optional.of(seconds(120)),
			Renewal.NONE, OnLeaseLost.IGNORE);

	@Test
	void whatARequestLeavesOpenIsTheDefault() {
		ResolvedRequest resolved = resolve(LockRequest.of(KEY), this.defaults);
		assertThat(resolved.ttl()).isEqualTo(seconds(20));
		assertThat(resolved.waitTime()).isEqualTo(seconds(3));
		assertThat(resolved.maxHold()).contains(seconds(120));
		assertThat(resolved.minHold()).isZero();
		assertThat(resolved.renewal()).isEqualTo(Renewal.NONE);
		assertThat(resolved.onLeaseLost()).isEqualTo(OnLeaseLost.IGNORE);
		assertThat(resolved.provider()).isEqualTo("default-provider");
		assertThat(resolved.name()).isEqualTo(LockRequest.UNNAMED);
	}

	@Test
	void whatARequestSaysWins() {
		ResolvedRequest resolved = resolve(LockRequest.of(KEY)
			.withTtl(seconds(5))
			.withWaitTime(Duration.ZERO)
			.withMinHold(seconds(2))
			.withMaxHold(seconds(50))
			.withRenewal(Renewal.AUTO)
			.withOnLeaseLost(OnLeaseLost.INTERRUPT)
			.withName("Orders.capture")
			.withProvider("other"), this.defaults);
		assertThat(resolved.ttl()).isEqualTo(seconds(5));
		assertThat(resolved.waitTime()).isZero();
		assertThat(resolved.maxHold()).contains(seconds(50));
		assertThat(resolved.minHold()).isEqualTo(seconds(2));
		assertThat(resolved.renewal()).isEqualTo(Renewal.AUTO);
		assertThat(resolved.onLeaseLost()).isEqualTo(OnLeaseLost.INTERRUPT);
		assertThat(resolved.provider()).isEqualTo("other");
		assertThat(resolved.name()).isEqualTo("Orders.capture");
	}

	@Test
	void defaultChoicesOfDefaultsAreRenewalAndAnException() {
		LockDefaults open = new LockDefaults(seconds(20), Duration.ZERO, Optional.empty(), Renewal.DEFAULT,
				OnLeaseLost.DEFAULT);
		ResolvedRequest resolved = resolve(
				LockRequest.of(KEY).withRenewal(Renewal.DEFAULT).withOnLeaseLost(OnLeaseLost.DEFAULT), open);
		assertThat(resolved.renewal()).isEqualTo(Renewal.AUTO);
		assertThat(resolved.onLeaseLost()).isEqualTo(OnLeaseLost.THROW);
	}

	@Test
	void theStoreNeverKeepsALeaseLongerThanItsMaxHold() {
		assertThat(resolve(LockRequest.of(KEY).withTtl(seconds(30)).withMaxHold(seconds(10)).withRenewal(Renewal.AUTO),
				LockDefaults.STANDARD)
			.ttl()).isEqualTo(seconds(10));
	}

	@Test
	void withoutRenewalNothingLongerThanTheTtlIsPromised() {
		LockRequest request = LockRequest.of(KEY).withTtl(seconds(10)).withRenewal(Renewal.NONE);
		assertRefused(request.withMinHold(ms(10_001)),
				"minHold PT10.001S of lock 'order:42' is longer than its ttl PT10S");
		assertRefused(request.withMaxHold(ms(10_001)),
				"maxHold PT10.001S of lock 'order:42' is longer than its ttl PT10S");
		assertAccepted(request.withMinHold(seconds(10)).withMaxHold(seconds(10)));
		assertAccepted(request.withMinHold(seconds(11)).withRenewal(Renewal.AUTO));
	}

	@Test
	void theConfiguredRenewalAndTtlCountToo() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> resolve(LockRequest.of(KEY).withMinHold(seconds(21)), this.defaults))
			.withMessageContaining("longer than its ttl PT20S");
		assertThatCode(() -> resolve(LockRequest.of(KEY), this.defaults)).doesNotThrowAnyException();
	}

	@Test
	void aMinHoldAboveTheMaxHoldIsAContradiction() {
		assertRefused(LockRequest.of(KEY).withMinHold(seconds(6)).withMaxHold(seconds(5)),
				"minHold PT6S of lock 'order:42' is longer than its maxHold PT5S: raise the maxHold");
		assertAccepted(LockRequest.of(KEY).withMinHold(seconds(5)).withMaxHold(seconds(5)));
	}

	@Test
	void anUnknownProviderIsNamedWithTheKnownOnes() {
		LockEngine node = engine(LockEngine.builder()
			.provider(new LockProvider("jdbc", () -> this.store))
			.provider(new LockProvider("redis", () -> this.store)));
		assertThatIllegalArgumentException().isThrownBy(() -> node.acquire(request().withProvider("jbdc")))
			.withMessage("Unknown lock provider 'jbdc': use one of [jdbc, redis]");
		assertThatIllegalArgumentException().isThrownBy(() -> node.tryRun(request().withProvider("jbdc"), () -> {
		}));
	}

	@Test
	void aRefusedRequestLeavesNoTrace() {
		LockEngine node = node("this-node", this.store);
		assertThatIllegalArgumentException().isThrownBy(() -> node.acquire(request().withMinHold(seconds(31))));
		assertThat(this.store.acquires()).isEmpty();
		assertThat(node.tryAcquire(request())).isPresent();
	}

	@Test
	void thePrefixIsTheStoresBusiness() {
		LockEngine shop = engine(LockEngine.builder()
			.nodeId("shop-1")
			.keyPrefix("shop:")
			.provider(new LockProvider("test", () -> this.memory)));
		otherNodeHolds(KEY);
		Lease lease = shop.acquire(request());
		assertThat(lease.key()).isEqualTo(KEY);
		assertThat(this.memory.find("shop:" + KEY)).isPresent();
		assertThat(shop.find(KEY)).get().isEqualTo(info(lease, "shop-1"));
		assertThat(shop.held(10)).containsExactly(info(lease, "shop-1"));
		assertThat(shop.forceRelease(KEY)).isTrue();
		assertThat(this.memory.find(KEY)).isPresent();
		assertThat(this.memory.find("shop:" + KEY)).isEmpty();
		assertThat(shop.find(KEY)).isEmpty();
		assertThat(shop.forceRelease(KEY)).isFalse();
	}

	@Test
	void aKeyIsTooLongOnlyTogetherWithThePrefix() {
		String longest = "\uD83D\uDD12".repeat(250);
		LockEngine shop = engine(
				LockEngine.builder().keyPrefix("shop:").provider(new LockProvider("test", () -> this.memory)));
		assertThat(shop.acquire(LockRequest.of(longest)).key()).isEqualTo(longest);
		String tooLong = "k".repeat(251);
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> shop.acquire(LockRequest.of(tooLong)))
			.withMessageContaining("256 characters, the limit is 255")
			.withMessageContaining("key prefix 'shop:'");
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> shop.find(tooLong));
		assertThatExceptionOfType(InvalidLockKeyException.class).isThrownBy(() -> shop.forceRelease(" "));
	}

	private static LockInfo info(Lease lease, String node) {
		return new LockInfo(KEY, "test", node, lease.fencingToken(), lease.acquiredAt(), TTL);
	}

	private static ResolvedRequest resolve(LockRequest request, LockDefaults defaults) {
		return ResolvedRequest.resolve(request, "", "default-provider", defaults);
	}

	private static void assertRefused(LockRequest request, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> resolve(request, LockDefaults.STANDARD))
			.withMessageContaining(message);
	}

	private static void assertAccepted(LockRequest request) {
		assertThatCode(() -> resolve(request, LockDefaults.STANDARD)).doesNotThrowAnyException();
	}

}
