package io.distributedlock.redis;

import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * Collects what a class logs.
 */
final class LogWatch implements AutoCloseable {

	private final Logger logger;

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	LogWatch(Class<?> type) {
		this.logger = (Logger) LoggerFactory.getLogger(type);
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	List<String> messagesWith(String text) {
		synchronized (this.appender) {
			return List.copyOf(this.appender.list)
				.stream()
				.map((event) -> event.getLevel() + " " + event.getFormattedMessage())
				.filter((message) -> message.contains(text))
				.toList();
		}
	}

	@Override
	public void close() {
		this.logger.detachAppender(this.appender);
	}

}
