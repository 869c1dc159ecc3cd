package io.distributedlock.benchmarks.recording;

import java.util.List;

/**
 * A statement that was sent to a database.
 *
 * @param sql its text; {@code commit} and {@code rollback} stand for the driver's calls
 * @param parameters its parameters in order, empty if it was not prepared
 */
public record RecordedStatement(String sql, List<Object> parameters) {
}
