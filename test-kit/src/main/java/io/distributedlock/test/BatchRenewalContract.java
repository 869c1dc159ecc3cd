package io.distributedlock.test;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import io.distributedlock.store.BatchRenewal;
import io.distributedlock.store.RenewCommand;
import io.distributedlock.store.RenewResult;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Many renewals in one round trip do what they do one by one.
 */
interface BatchRenewalContract extends StoreUnderTest {

	@Test
	default void aBatchProlongsEachGrant() {
		List<Contender> holders = Stream.generate(this::newContender).limit(50).toList();
		holders.forEach((each) -> each.mustAcquire(units(6)));
		assertThat(renewAll(holders)).hasSameSizeAs(holders).containsOnly(RenewResult.RENEWED);
		passUnits(7);
		holders.forEach((each) -> each.rival().mustNotAcquire());
	}

	@Test
	default void aBatchOfOneIsARenewal() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(renewAll(List.of(holder))).containsExactly(RenewResult.RENEWED);
		assertThat(renewAll(List.of(newContender()))).containsExactly(RenewResult.REFUSED);
	}

	@Test
	default void resultsOfABatchAreInTheOrderOfItsCommands() {
		List<Contender> contenders = new ArrayList<>();
		List<RenewResult> expected = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			Contender contender = newContender();
			if (i % 3 == 0) {
				contender.mustAcquire();
			}
			contenders.add(contender);
			expected.add((i % 3 == 0) ? RenewResult.RENEWED : RenewResult.REFUSED);
		}
		assertThat(renewAll(contenders)).isEqualTo(expected);
	}

	@Test
	default void aBatchRefusesWhatIsNotInForceAndHarmsNobody() {
		Contender expired = newContender();
		expired.mustAcquire(units(1));
		passUnits(2);
		Contender released = newContender();
		released.mustAcquire();
		released.release();
		Contender kept = newContender();
		kept.mustAcquire();
		kept.release(units(3));
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(renewAll(List.of(expired, released, holder.rival(), holder, kept, newContender()))).containsExactly(
				RenewResult.REFUSED, RenewResult.REFUSED, RenewResult.REFUSED, RenewResult.RENEWED, RenewResult.REFUSED,
				RenewResult.REFUSED);
		expired.rival().mustAcquire();
		released.rival().mustAcquire();
		holder.rival().mustNotAcquire();
		passUnits(4);
		kept.rival().mustAcquire();
	}

	@Test
	default void aBatchNeverShortensAGrant() {
		Contender holder = newContender();
		holder.mustAcquire();
		assertThat(storeAs(BatchRenewal.class).renewAll(List.of(holder.renewCommand(units(1)))))
			.containsExactly(RenewResult.RENEWED);
		passUnits(2);
		holder.rival().mustNotAcquire();
	}

	@Test
	default void eachCommandOfABatchHasItsOwnTtl() {
		Contender brief = newContender();
		Contender lasting = newContender();
		brief.mustAcquire(units(2));
		lasting.mustAcquire(units(2));
		storeAs(BatchRenewal.class)
			.renewAll(List.of(lasting.renewCommand(Contender.LONG), brief.renewCommand(units(3))));
		passUnits(4);
		brief.rival().mustAcquire();
		lasting.rival().mustNotAcquire();
	}

	private List<RenewResult> renewAll(List<Contender> contenders) {
		List<RenewCommand> commands = contenders.stream().map((each) -> each.renewCommand(Contender.LONG)).toList();
		return storeAs(BatchRenewal.class).renewAll(commands);
	}

}
