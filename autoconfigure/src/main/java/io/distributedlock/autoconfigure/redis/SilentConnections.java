package io.distributedlock.autoconfigure.redis;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection whose server does not answer, so that Lettuce makes a new one, with
 * Sentinel and in a Cluster to another server. When a machine dies or a network swallows
 * everything, nobody closes it: Lettuce would go on sending commands on it until TCP
 * gives up, a quarter of an hour later.
 */
final class SilentConnections implements NettyCustomizer {

	private final @Nullable NettyCustomizer application;

	private final Duration patience;

	/**
	 * Creates an instance.
	 * @param application what the application does to each connection, if anything
	 * @param patience how long a server may leave commands without an answer
	 */
	SilentConnections(@Nullable NettyCustomizer application, Duration patience) {
		this.application = application;
		this.patience = patience;
	}

	@Override
	public void afterBootstrapInitialized(Bootstrap bootstrap) {
		if (this.application != null) {
			this.application.afterBootstrapInitialized(bootstrap);
		}
	}

	@Override
	public void afterChannelInitialized(Channel channel) {
		if (this.application != null) {
			this.application.afterChannelInitialized(channel);
		}
		channel.pipeline().addFirst(new Watch(this.patience.toNanos()));
	}

	/** Runs on the thread of its connection alone. */
	private static final class Watch extends ChannelDuplexHandler {

		private final long patience;

		private boolean unanswered;

		private long unansweredSince;

		private @Nullable Future<?> checks;

		Watch(long patience) {
			this.patience = patience;
		}

		@Override
		public void channelActive(ChannelHandlerContext context) throws Exception {
			long interval = this.patience / 4;
			this.checks = context.executor()
				.scheduleWithFixedDelay(() -> check(context), interval, interval, TimeUnit.NANOSECONDS);
			super.channelActive(context);
		}

		private void check(ChannelHandlerContext context) {
			if (this.unanswered && System.nanoTime() - this.unansweredSince > this.patience) {
				ChannelFuture unused = context.close();
			}
		}

		@Override
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
			if (!this.unanswered) {
				this.unanswered = true;
				this.unansweredSince = System.nanoTime();
			}
			super.write(context, message, promise);
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
			this.unanswered = false;
			super.channelRead(context, message);
		}

		@Override
		public void channelInactive(ChannelHandlerContext context) throws Exception {
			if (this.checks != null) {
				boolean unused = this.checks.cancel(false);
			}
			super.channelInactive(context);
		}

	}

}
