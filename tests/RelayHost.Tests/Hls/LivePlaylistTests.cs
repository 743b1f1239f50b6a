using System.Globalization;
using System.Text;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Hls;

public sealed class LivePlaylistTests
{
    private static readonly TimeSpan Target = TimeSpan.FromSeconds(6);

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void It_is_served_from_the_third_segment_on()
    {
        var playlist = new LivePlaylist(Target, _clock);
        for (var i = 0; i < 2; i++)
        {
            Add(playlist);
            Assert.Null(playlist.Current);
            Assert.False(playlist.Ready.IsCompleted);
        }
        Add(playlist);
        Assert.True(playlist.Ready.IsCompleted);
        Assert.Equal(3, Listing.Of(playlist).Segments.Count);
    }

    [Fact]
    public void It_is_not_served_before_it_holds_three_target_durations()
    {
        var playlist = new LivePlaylist(Target, _clock);
        for (var i = 0; i < 8; i++)
            Add(playlist, 2);
        Assert.Null(playlist.Current);
        Add(playlist, 2);
        Assert.NotNull(playlist.Current);
    }

    [Fact]
    public void Sequence_numbers_rise_by_one_and_old_segments_leave_the_list()
    {
        var playlist = new LivePlaylist(Target, _clock);
        Assert.Equal(-1, playlist.LastSequence);
        var first = Add(playlist).Sequence;
        for (var i = 1; i < 20; i++)
        {
            Assert.Equal(first + i, playlist.NextSequence);
            Assert.Equal(first + i, Add(playlist).Sequence);
            Assert.Equal(first + i, playlist.LastSequence);
        }
        var listing = Listing.Of(playlist);
        Assert.Equal(5, listing.Segments.Count);
        Assert.Equal(first + 15, listing.MediaSequence);
        Assert.Equal(Enumerable.Range(15, 5).Select(i => first + i), listing.Segments.Select(segment => segment.Sequence));
    }

    [Fact]
    public void A_later_playlist_starts_above_all_earlier_sequence_numbers()
    {
        var last = 0L;
        for (var run = 0; run < 5; run++)
        {
            var playlist = new LivePlaylist(Target, _clock);
            for (var i = 0; i < 10; i++)
            {
                _clock.Advance(Target);
                var sequence = Add(playlist).Sequence;
                Assert.True(sequence > last, $"{sequence} after {last}");
                last = sequence;
            }
        }
    }

    [Fact]
    public void After_a_burst_a_later_playlist_starts_at_the_sequence_number_it_is_given()
    {
        var before = new LivePlaylist(Target, _clock);
        for (var i = 0; i < 100; i++)
            Add(before, 0.3, discontinuity: true);
        var sequenceBefore = Listing.Of(before).DiscontinuitySequence;
        var after = new LivePlaylist(Target, _clock, before.NextSequence, before.LastDiscontinuity + 1);
        Assert.Equal(before.NextSequence, Add(after, 20).Sequence);
        Add(after, 20);
        Add(after, 20);
        Assert.True(Listing.Of(after).DiscontinuitySequence > sequenceBefore);
        Assert.True(before.NextSequence > LivePlaylist.SequenceNow(_clock));
    }

    [Fact]
    public void A_playlist_that_inherits_segments_continues_their_numbers_after_a_discontinuity()
    {
        var before = new LivePlaylist(Target, _clock, firstDiscontinuity: 7);
        for (var i = 0; i < 6; i++)
            Add(before, discontinuity: i == 5);
        _clock.Advance(TimeSpan.FromMinutes(1));
        var after = new LivePlaylist(Target, _clock, firstDiscontinuity: 100);
        Assert.True(after.TryInherit([.. before.Retained[..4]], TimeSpan.FromSeconds(3)));
        Assert.NotNull(after.Current);
        _clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(5, after.BehindAtTakeover!.Value.TotalSeconds, 3);
        Assert.True(after.TryInherit(before.Retained, TimeSpan.FromSeconds(1)), "another gateway has later segments");
        Assert.False(after.TryInherit(before.Retained, TimeSpan.FromSeconds(1)), "it contains no new segment");
        Assert.Equal(1, after.BehindAtTakeover!.Value.TotalSeconds, 3);
        var own = Add(after);
        Assert.Equal((before.NextSequence, true, before.LastDiscontinuity + 1), (own.Sequence, own.Discontinuity, own.DiscontinuitySequence));
        Assert.False(Add(after).Discontinuity);
        Assert.False(after.TryInherit([own with { Sequence = after.NextSequence }], TimeSpan.Zero), "the playlist has its own segments");
        Assert.Throws<ArgumentException>(() => new LivePlaylist(Target, _clock).TryInherit([before.Retained[0], before.Retained[2]], TimeSpan.Zero));
    }

    [Fact]
    public void A_replica_follows_and_after_a_jump_lists_the_old_segments_until_the_new_ones_are_playable()
    {
        var (one, other, replica) = (new LivePlaylist(Target, _clock), new LivePlaylist(Target, _clock, lowestSequence: 5_000_000_000, firstDiscontinuity: 9), new LivePlaylist(TimeSpan.FromSeconds(2), _clock));
        for (var i = 0; i < 4; i++)
            replica.Follow(Add(one), Target);
        Assert.Equal(Listing.Of(one).Segments, Listing.Of(replica).Segments);
        Assert.Equal(one.Current!.ETag, replica.Current!.ETag);
        Assert.Throws<ArgumentException>(() => replica.Follow(one.Retained[^1], Target));
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(one.Current.ETag, replica.Current.ETag);
            replica.Follow(Add(other), Target);
            Assert.True(replica.TryGetSegment(one.LastSequence, out _), "its listed segments can still be fetched");
        }
        Assert.Equal(other.Current!.ETag, replica.Current.ETag);
    }

    [Fact]
    public void The_later_of_two_windows_is_inherited_in_whatever_order_they_arrive()
    {
        var before = new LivePlaylist(Target, _clock);
        for (var i = 0; i < 20; i++)
            Add(before);
        var (old, newest) = (before.Retained[..4], before.Retained[10..]);
        foreach (var (first, second) in new[] { (old, newest), (newest, old) })
        {
            var after = new LivePlaylist(Target, _clock);
            Assert.True(after.TryInherit(first, TimeSpan.FromSeconds(1)));
            after.TryInherit(second, TimeSpan.FromSeconds(1));
            Assert.Equal(before.NextSequence, Add(after).Sequence);
            Assert.Contains(Listing.Of(after).Segments, segment => segment.Sequence == before.LastSequence);
        }
    }

    [Fact]
    public void A_replica_that_is_ahead_of_its_new_relay_still_marks_the_discontinuity()
    {
        var (relay, replica) = (new LivePlaylist(Target, _clock), new LivePlaylist(Target, _clock));
        for (var i = 0; i < 4; i++)
            replica.Follow(Add(relay), Target);
        var last = new MediaSegment(replica.NextSequence, Target, _clock.GetUtcNow(), false, replica.LastDiscontinuity, new SegmentBytes(new byte[1])); // From the old relay; the new one never had it.
        replica.Follow(last, Target);
        Assert.Equal(last.Sequence, Add(relay, discontinuity: true).Sequence);
        var next = Add(relay);
        replica.Follow(next, Target);
        Assert.True(replica.TryGetSegment(next.Sequence, out var marked) && marked!.Discontinuity && !next.Discontinuity);
        replica.Follow(Add(relay), Target);
        Assert.False(replica.Retained[^1].Discontinuity);
        Assert.Equal(relay.LastDiscontinuity, replica.LastDiscontinuity);
    }

    [Fact]
    public async Task Waiting_callers_are_woken_by_each_segment_and_by_the_end()
    {
        var playlist = new LivePlaylist(Target, _clock);
        var wait = playlist.WaitAsync(-1);
        Assert.False(wait.IsCompleted);
        var first = Add(playlist);
        await wait.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.True(playlist.WaitAsync(-1).IsCompleted);
        wait = playlist.WaitAsync(first.Sequence);
        Assert.False(wait.IsCompleted);
        playlist.Close();
        await wait.WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void The_very_first_segment_has_no_discontinuity()
    {
        var playlist = new LivePlaylist(Target, _clock);
        Assert.False(Add(playlist, discontinuity: true).Discontinuity);
        Assert.True(Add(playlist, discontinuity: true).Discontinuity);
    }

    [Fact]
    public void A_discontinuity_is_counted_only_after_its_tag_has_left_the_list()
    {
        var playlist = new LivePlaylist(Target, _clock);
        Add(playlist);
        Add(playlist, discontinuity: true);
        for (var i = 0; i < 3; i++)
            Add(playlist);
        var start = Listing.Of(playlist).DiscontinuitySequence;
        Add(playlist);
        var listing = Listing.Of(playlist);
        Assert.True(listing.Segments[0].Discontinuity, "it is the first in the list, and its tag is still there");
        Assert.Equal(start, listing.DiscontinuitySequence);
        Add(playlist);
        Assert.DoesNotContain(Listing.Of(playlist).Segments, segment => segment.Discontinuity);
        Assert.Equal(start + 1, Listing.Of(playlist).DiscontinuitySequence);
        Add(playlist);
        Assert.Equal(start + 1, Listing.Of(playlist).DiscontinuitySequence);
    }

    [Theory]
    [InlineData(24)]
    [InlineData(600)]
    public void Discontinuities_that_leave_together_are_all_counted(double longSegment)
    {
        var playlist = new LivePlaylist(Target, _clock);
        for (var i = 0; i < 4; i++)
            Add(playlist);
        for (var i = 0; i < 5; i++)
            Add(playlist, 2, discontinuity: true);
        var before = Listing.Of(playlist);
        Assert.Equal(5, before.Segments.Count(segment => segment.Discontinuity));
        Add(playlist, longSegment);
        Add(playlist, longSegment);
        Add(playlist, longSegment);
        Assert.Equal(before.DiscontinuitySequence + 5, Listing.Of(playlist).DiscontinuitySequence);
    }

    [Fact]
    public void A_removed_segment_can_be_fetched_for_its_duration_plus_that_of_the_longest_list_even_after_bursts()
    {
        var playlist = new LivePlaylist(Target, _clock);
        var first = Add(playlist);
        for (var i = 0; i < 30; i++)
            Add(playlist);
        Assert.DoesNotContain(Listing.Of(playlist).Segments, segment => segment.Sequence == first.Sequence);
        _clock.Advance(TimeSpan.FromSeconds(36));
        Add(playlist);
        Assert.True(playlist.TryGetSegment(first.Sequence, out var kept));
        Assert.Same(first, kept);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Add(playlist);
        Assert.False(playlist.TryGetSegment(first.Sequence, out _), "it is removed from memory in the end");
    }

    [Fact]
    public void Segments_that_never_existed_are_not_found()
    {
        var playlist = new LivePlaylist(Target, _clock);
        Assert.False(playlist.TryGetSegment(0, out _));
        var segment = Add(playlist);
        foreach (var sequence in new[] { segment.Sequence - 1, segment.Sequence + 1, -1, long.MinValue, long.MaxValue })
            Assert.False(playlist.TryGetSegment(sequence, out _));
        Assert.True(playlist.TryGetSegment(segment.Sequence, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Successive_lists_always_conform_to_the_standard(int seed)
    {
        var random = new SeededRandom(seed);
        var playlist = new LivePlaylist(Target, _clock);
        var removed = new Dictionary<long, (DateTimeOffset Until, TimeSpan LongestList)>();
        Listing? previous = null;
        for (var i = 0; i < 3000; i++)
        {
            // Mostly on time, sometimes in bursts, sometimes late; mostly whole segments, sometimes short ones around a break.
            var seconds = random.Next(10) == 0 ? 0.25 + (random.Next(300) / 100.0) : 5.5 + (random.Next(99) / 100.0);
            var pause = random.Next(20) switch { 0 => 40, < 6 => 0, _ => seconds };
            _clock.Advance(TimeSpan.FromSeconds(pause));
            Add(playlist, seconds, discontinuity: random.Next(4) == 0);
            if (playlist.Current is null)
                continue;
            var now = Listing.Of(playlist);
            Check(now, previous);
            foreach (var segment in now.Segments)
            {
                var longest = removed.TryGetValue(segment.Sequence, out var known) && known.LongestList > now.Duration ? known.LongestList : now.Duration;
                removed[segment.Sequence] = (DateTimeOffset.MaxValue, longest);
            }
            foreach (var gone in previous?.Segments.Where(segment => segment.Sequence < now.MediaSequence) ?? [])
            {
                var longest = removed[gone.Sequence].LongestList;
                removed[gone.Sequence] = (_clock.GetUtcNow() + gone.Duration + longest, longest);
            }
            foreach (var sequence in removed.Where(entry => entry.Value.Until <= _clock.GetUtcNow()).Select(entry => entry.Key).ToList())
                removed.Remove(sequence);
            foreach (var sequence in removed.Keys)
                Assert.True(playlist.TryGetSegment(sequence, out _), $"segment {sequence} must be fetchable");
            previous = now;
        }
    }

    private static void Check(Listing now, Listing? previous)
    {
        Assert.Equal(3, now.Version);
        Assert.Equal(6, now.TargetDuration);
        Assert.True(now.Segments.Count >= 3);
        Assert.True(now.Duration >= TimeSpan.FromSeconds(16.5), $"the list is only {now.Duration} long");
        Assert.All(now.Segments, segment => Assert.True(Math.Round(segment.Duration.TotalSeconds, MidpointRounding.AwayFromZero) <= 6));
        Assert.Equal(Enumerable.Range(0, now.Segments.Count).Select(i => now.MediaSequence + i), now.Segments.Select(segment => segment.Sequence));
        if (previous is null)
            return;
        Assert.True(now.MediaSequence >= previous.MediaSequence);
        Assert.Equal(previous.Segments[^1].Sequence + 1, now.Segments[^1].Sequence);
        // RFC 8216, 6.2.1: a list changes only by removals from its start and additions at its end.
        var common = previous.Segments.Where(segment => segment.Sequence >= now.MediaSequence).ToList();
        Assert.Equal(common, now.Segments.Take(common.Count));
        var gone = previous.Segments.Where(segment => segment.Sequence < now.MediaSequence).Count(segment => segment.Discontinuity);
        Assert.Equal(previous.DiscontinuitySequence + gone, now.DiscontinuitySequence);
    }

    private MediaSegment Add(LivePlaylist playlist, double seconds = 6, bool discontinuity = false) =>
        playlist.Add(new SegmentBytes(new byte[188]), TimeSpan.FromSeconds(seconds), _clock.GetUtcNow(), discontinuity);

    private sealed class SeededRandom(int seed)
    {
        private uint _state = (uint)seed;

        public int Next(int below)
        {
            _state = (_state * 1664525u) + 1013904223u;
            return (int)((_state >> 8) % (uint)below);
        }
    }
}

/// <summary>A playlist as a player reads it.</summary>
internal sealed record Listing(int Version, int TargetDuration, long MediaSequence, long DiscontinuitySequence, IReadOnlyList<Listing.Entry> Segments)
{
    public TimeSpan Duration => TimeSpan.FromTicks(Segments.Sum(segment => segment.Duration.Ticks));

    public static Listing Of(LivePlaylist playlist) => Parse(Encoding.UTF8.GetString(playlist.Current!.Utf8.Span));

    public static Listing Parse(string text)
    {
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal("#EXTM3U", lines[0]);
        var tags = lines.Where(line => line.StartsWith("#EXT-X-", StringComparison.Ordinal) && line.Contains(':', StringComparison.Ordinal))
            .GroupBy(line => line[..line.IndexOf(':', StringComparison.Ordinal)]).ToDictionary(group => group.Key, group => group.First()[(group.Key.Length + 1)..]);
        var entries = new List<Entry>();
        var (discontinuity, date, duration) = (false, default(DateTimeOffset), TimeSpan.Zero);
        foreach (var line in lines)
        {
            if (line == "#EXT-X-DISCONTINUITY")
                discontinuity = true;
            else if (line.StartsWith("#EXT-X-PROGRAM-DATE-TIME:", StringComparison.Ordinal))
                date = DateTimeOffset.Parse(line[25..], CultureInfo.InvariantCulture);
            else if (line.StartsWith("#EXTINF:", StringComparison.Ordinal))
                duration = TimeSpan.FromSeconds(double.Parse(line[8..^1], CultureInfo.InvariantCulture));
            else if (!line.StartsWith('#'))
            {
                entries.Add(new Entry(long.Parse(line["segments/".Length..line.IndexOf(".ts", StringComparison.Ordinal)], CultureInfo.InvariantCulture), duration, date, discontinuity));
                discontinuity = false;
            }
        }
        int Number(string tag) => int.Parse(tags[tag], CultureInfo.InvariantCulture);
        return new Listing(
            Number("#EXT-X-VERSION"), Number("#EXT-X-TARGETDURATION"), long.Parse(tags["#EXT-X-MEDIA-SEQUENCE"], CultureInfo.InvariantCulture),
            long.Parse(tags["#EXT-X-DISCONTINUITY-SEQUENCE"], CultureInfo.InvariantCulture), entries);
    }

    public sealed record Entry(long Sequence, TimeSpan Duration, DateTimeOffset Date, bool Discontinuity);
}
