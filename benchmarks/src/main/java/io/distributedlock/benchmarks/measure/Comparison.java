package io.distributedlock.benchmarks.measure;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lets contenders run in turn, in many short rounds, so that whatever else the machine
 * does hits all of them alike. Compares them round by round, and tells the median.
 */
public final class Comparison {

	private final int warmUpRounds;

	private final int rounds;

	private final int turnsPerRound;

	private final Random order = new Random(1);

	/**
	 * Creates a comparison.
	 * @param warmUpRounds how many rounds to run before, without counting them
	 * @param rounds how many rounds to run
	 * @param turnsPerRound how often each contender runs in a round
	 */
	public Comparison(int warmUpRounds, int rounds, int turnsPerRound) {
		this.warmUpRounds = warmUpRounds;
		this.rounds = rounds;
		this.turnsPerRound = turnsPerRound;
	}

	/**
	 * Runs the contenders.
	 * @param contenders the one to compare with the others, then these
	 * @return the results, in the same order
	 * @throws SQLException if a database fails
	 */
	public List<Standing> run(List<Contender> contenders) throws SQLException {
		List<List<Latencies>> byContender = Stream.generate(() -> (List<Latencies>) new ArrayList<Latencies>())
			.limit(contenders.size())
			.toList();
		for (int round = -this.warmUpRounds; round < this.rounds; round++) {
			for (int index : shuffled(contenders.size())) {
				Latencies latencies = run(contenders.get(index),
						(long) (round + this.warmUpRounds) * this.turnsPerRound);
				if (round >= 0) {
					byContender.get(index).add(latencies);
				}
			}
		}
		return IntStream.range(0, contenders.size())
			.mapToObj((index) -> Standing.of(contenders.get(index).name(), byContender.get(0), byContender.get(index)))
			.toList();
	}

	private Latencies run(Contender contender, long firstTurn) throws SQLException {
		Latencies latencies = new Latencies();
		for (long turn = firstTurn; turn < firstTurn + this.turnsPerRound; turn++) {
			long start = System.nanoTime();
			contender.run(turn);
			latencies.add(System.nanoTime() - start);
			contender.tidyUp(turn);
		}
		return latencies;
	}

	private List<Integer> shuffled(int size) {
		List<Integer> indexes = new ArrayList<>(IntStream.range(0, size).boxed().toList());
		Collections.shuffle(indexes, this.order);
		return indexes;
	}

}
