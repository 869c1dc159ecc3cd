package io.distributedlock.interceptor;

import java.lang.reflect.Method;
import java.util.Set;

import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;

/**
 * How Spring runs a method by itself, if it does.
 *
 * @param scheduled at all
 * @param cron by a cron expression, so that nodes start it together
 * @param interval at a fixed rate or delay, so that each node has its own rhythm
 */
record ScheduleKinds(boolean scheduled, boolean cron, boolean interval) {

	static ScheduleKinds of(Method method) {
		Set<Scheduled> schedules = AnnotatedElementUtils.getMergedRepeatableAnnotations(method, Scheduled.class,
				Schedules.class);
		return new ScheduleKinds(!schedules.isEmpty(),
				schedules.stream().anyMatch((schedule) -> !schedule.cron().isEmpty()),
				schedules.stream().anyMatch(ScheduleKinds::isInterval));
	}

	private static boolean isInterval(Scheduled schedule) {
		return schedule.fixedRate() >= 0 || schedule.fixedDelay() >= 0 || !schedule.fixedRateString().isEmpty()
				|| !schedule.fixedDelayString().isEmpty();
	}

}
