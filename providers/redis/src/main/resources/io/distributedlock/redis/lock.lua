-- A lock is one hash. Times are microseconds since the epoch, by the clock of this server.
--   owner token node acquired until   the last grant; its owner gets a prefix when it is over before its time
--   abandoned                         owners that must not be granted the lock any more, each followed by for how long
--   reserved reservedUntil            the channel that was woken last, and until when the lock is kept for it
--   first last waiter:<n>             the channels of waiting nodes, in order
--   place:<channel>                   the number of a waiting node, and when it asked last
local key = KEYS[1]

local RESERVATION = 200000
local FORGOTTEN_AFTER = 5000000

local function micros()
	local time = redis.call('TIME')
	return time[1] * 1000000 + time[2]
end

-- Other ways to make a string of a number lose digits.
local function text(number)
	return string.format('%.0f', number)
end

local function numbered(field, number)
	return field .. ':' .. text(number)
end

local function released(owner)
	return 'released:' .. owner
end

local function forced(owner)
	return 'forced:' .. owner
end

local function isAbandoned(abandoned, owner)
	return abandoned and string.find(abandoned, owner, 1, true)
end

-- Forgets the lock when nothing of it can matter any more. Also makes the writes that follow possible when the
-- memory is full: only the first write of a script is refused then, and this one never is.
local function keep(now, retention, untilTime, abandoned)
	local last = math.max(now + retention, untilTime)
	for time in string.gmatch(abandoned or '', ' (%d+)') do
		last = math.max(last, tonumber(time))
	end
	redis.call('PEXPIREAT', key, text(math.ceil(last / 1000)))
end

local function placeOf(channel)
	local place = redis.call('HGET', key, 'place:' .. channel)
	if place then
		local number, asked = string.match(place, '(%d+) (%d+)')
		return tonumber(number), tonumber(asked)
	end
end

local function leaveQueue(channel)
	local number = placeOf(channel)
	if number then
		redis.call('HDEL', key, 'place:' .. channel, numbered('waiter', number))
	end
	return number
end

-- A node that waits keeps its place as long as it goes on asking.
local function joinQueue(channel, now)
	local number, asked = placeOf(channel)
	if number and now - asked > FORGOTTEN_AFTER then
		redis.call('HDEL', key, numbered('waiter', number))
		number = nil
	end
	if not number then
		number = redis.call('HINCRBY', key, 'last', 1)
	end
	redis.call('HSET', key, numbered('waiter', number), channel, 'place:' .. channel, text(number) .. ' ' .. text(now))
end

-- Keeps a freed lock for the node that waits longest, and wakes it. Skips those that have not asked for long, and
-- those that do not listen, where the server knows all that do: in a cluster it does not. Tells whether it woke one.
local function wakeNext(now, cluster)
	local queue = redis.call('HMGET', key, 'first', 'last')
	if not queue[2] then
		return false
	end
	local last = tonumber(queue[2])
	for number = tonumber(queue[1] or 1), last do
		local channel = redis.call('HGET', key, numbered('waiter', number))
		if channel then
			local _, asked = placeOf(channel)
			leaveQueue(channel)
			if now - asked <= FORGOTTEN_AFTER and (redis.call('PUBLISH', channel, key) > 0 or cluster == '1') then
				redis.call('HSET', key, 'first', text(number + 1), 'reserved', channel, 'reservedUntil',
					text(now + RESERVATION))
				return true
			end
		end
	end
	redis.call('HDEL', key, 'first', 'last')
	return false
end

local function isReserved(reservedUntil, now)
	local time = tonumber(reservedUntil or 0)
	-- a clock that was set back must not make it last
	return time > now and time <= now + RESERVATION
end
