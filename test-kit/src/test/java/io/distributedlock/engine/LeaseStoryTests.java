package io.distributedlock.engine;

import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Leases through many random stories, with a store that fails, is busy and is slow.
 */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LeaseStoryTests {

	private static final int STORIES = 400;

	private static final int STEPS = 60;

	@Test
	void whateverHappensNoHolderIsDeceivedAndNothingIsLeftBehind() {
		long seed = Together.seed("LeaseStoryTests");
		for (int i = 0; i < STORIES; i++) {
			LeaseStory story = new LeaseStory(new Random(seed + i));
			try {
				story.tell(STEPS);
			}
			catch (RuntimeException | AssertionError ex) {
				throw new AssertionError("Story %d of seed %d failed: %s".formatted(i, seed, story), ex);
			}
		}
	}

}
