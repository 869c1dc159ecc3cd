package io.distributedlock.observation;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

/**
 * Remembers observations, as a tracer would make spans of them.
 */
final class RecordingHandler implements ObservationHandler<Observation.Context> {

	final List<Observation.Context> started = new CopyOnWriteArrayList<>();

	final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();

	final List<Observation.Context> scoped = new CopyOnWriteArrayList<>();

	@Override
	public boolean supportsContext(Observation.Context context) {
		return true;
	}

	@Override
	public void onStart(Observation.Context context) {
		this.started.add(context);
	}

	@Override
	public void onStop(Observation.Context context) {
		this.stopped.add(context);
	}

	@Override
	public void onScopeOpened(Observation.Context context) {
		this.scoped.add(context);
	}

}
