using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>A player that polls a playlist, fetches each segment once, and checks the playlist against RFC 8216, section 6.2.2.</summary>
internal sealed class HlsPlayer : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<long, PlayedSegment> _segments = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly MemberProcess _gateway;
    private readonly string _path;
    private readonly Task _playing;
    private long _last = -1;

    private HlsPlayer(MemberProcess gateway, Guid stream)
    {
        (_gateway, _path, Stream) = (gateway, $"/v1/streams/{stream}/", stream);
        _playing = Task.Run(PlayAsync);
    }

    public Guid Stream { get; }

    /// <summary>The fetched segments, in order.</summary>
    public ImmutableArray<PlayedSegment> Segments => [.. _segments.Values.OrderBy(segment => segment.Sequence)];

    /// <summary>Failed requests and violations of the rules.</summary>
    public IReadOnlyCollection<string> Problems => _problems;

    public long Last => Volatile.Read(ref _last);

    /// <summary>Starts a player and waits for the first playlist.</summary>
    public static async Task<HlsPlayer> StartAsync(MemberProcess gateway, Guid stream)
    {
        var player = new HlsPlayer(gateway, stream);
        await Eventually.That(() => player.Last >= 0, ClusterScene.Deadline, $"{stream} plays at {gateway.Name}: {string.Join("; ", player.Problems)}");
        return player;
    }

    /// <summary>Waits for this many more segments.</summary>
    public Task WaitForSegmentsAsync(int segments, string because)
    {
        var last = Last;
        return Eventually.That(() => Last >= last + segments, ClusterScene.Deadline, because);
    }

    /// <summary>Fails unless the playlist was valid and had this many discontinuities after the first segment.</summary>
    public void AssertValid(int discontinuities)
    {
        Assert.Equal([], Problems);
        var segments = Segments;
        Assert.Equal(segments.Select((_, i) => segments[0].Sequence + i), segments.Select(segment => segment.Sequence));
        Assert.True(
            discontinuities == segments.Skip(1).Count(segment => segment.Discontinuity),
            $"{Stream} does not have {discontinuities} discontinuities: {string.Join(", ", segments.Select(segment => $"{segment.Sequence}{(segment.Discontinuity ? "!" : "")}"))}");
        foreach (var (one, next) in segments.Zip(segments.Skip(1)))
            Assert.True(next.Start >= one.Start + one.Duration - TimeSpan.FromMilliseconds(2), $"The date goes back at {next}");
    }

    /// <summary>The longest part of the programme that is missing at a discontinuity, by the dates of the segments.</summary>
    public TimeSpan LongestGap
    {
        get
        {
            var segments = Segments;
            return segments.Zip(segments.Skip(1)).Select(pair => pair.Second.Start - pair.First.Start - pair.First.Duration).DefaultIfEmpty().Max();
        }
    }

    /// <summary>The longest time without a new segment.</summary>
    public TimeSpan LongestWait(long since)
    {
        var times = Segments.Select(segment => segment.At).Where(at => at > since).Prepend(since).Order().ToArray();
        return times.Zip(times.Skip(1), (one, next) => TimeProvider.System.GetElapsedTime(one, next)).DefaultIfEmpty().Max();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _playing;
        _stopping.Dispose();
    }

    private async Task PlayAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await PollAsync(_stopping.Token);
                await Task.Delay(PollInterval, TimeProvider.System, _stopping.Token);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
            {
                _problems.Enqueue(exception.ToString());
            }
        }
    }

    private async Task PollAsync(CancellationToken cancellationToken)
    {
        using var response = await _gateway.Client.GetAsync(new Uri(_path + "live.m3u8", UriKind.Relative), cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            _problems.Enqueue($"the playlist: {response.StatusCode}");
            return;
        }
        var listed = Playlist.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        if (listed[^1].Sequence < Last)
            _problems.Enqueue($"the playlist went back from {Last} to {listed[^1].Sequence}");
        if (Last >= 0 && listed[0].Sequence > Last + 1)
            _problems.Enqueue($"the playlist jumped from {Last} to {listed[0].Sequence}");
        foreach (var known in listed.Where(segment => _segments.TryGetValue(segment.Sequence, out var same) && same.Start != segment.Start))
            _problems.Enqueue($"segment {known.Sequence} has changed");
        foreach (var segment in listed.Where(segment => segment.Sequence > Last))
        {
            using var fetched = await _gateway.Client.GetAsync(new Uri($"{_path}segments/{segment.Sequence}.ts", UriKind.Relative), cancellationToken);
            if (fetched.StatusCode != HttpStatusCode.OK)
            {
                _problems.Enqueue($"segment {segment.Sequence}: {fetched.StatusCode}");
                return;
            }
            var hash = Convert.ToHexString(SHA256.HashData(await fetched.Content.ReadAsByteArrayAsync(cancellationToken)));
            if (!_segments.TryAdd(segment.Sequence, segment with { Hash = hash, At = TimeProvider.System.GetTimestamp() }))
                _problems.Enqueue($"segment {segment.Sequence} was fetched twice");
            Volatile.Write(ref _last, segment.Sequence);
        }
    }
}

/// <summary>A segment as the playlist describes it, and as it was fetched.</summary>
internal sealed record PlayedSegment(long Sequence, bool Discontinuity, DateTimeOffset Start, TimeSpan Duration)
{
    public string Hash { get; init; } = "";

    /// <summary>When it was fetched.</summary>
    public long At { get; init; }
}

/// <summary>Reads live playlists.</summary>
internal static class Playlist
{
    public static ImmutableArray<PlayedSegment> Parse(string text)
    {
        var segments = ImmutableArray.CreateBuilder<PlayedSegment>();
        var (discontinuity, start, duration) = (false, DateTimeOffset.MinValue, TimeSpan.Zero);
        foreach (var line in text.Split('\n'))
        {
            if (line == "#EXT-X-DISCONTINUITY")
                discontinuity = true;
            else if (line.StartsWith("#EXT-X-PROGRAM-DATE-TIME:", StringComparison.Ordinal))
                start = DateTimeOffset.Parse(line["#EXT-X-PROGRAM-DATE-TIME:".Length..], CultureInfo.InvariantCulture);
            else if (line.StartsWith("#EXTINF:", StringComparison.Ordinal))
                duration = TimeSpan.FromSeconds(double.Parse(line["#EXTINF:".Length..].TrimEnd(','), CultureInfo.InvariantCulture));
            else if (line.StartsWith("segments/", StringComparison.Ordinal))
            {
                segments.Add(new PlayedSegment(long.Parse(line["segments/".Length..line.IndexOf('.', StringComparison.Ordinal)], CultureInfo.InvariantCulture), discontinuity, start, duration));
                discontinuity = false;
            }
        }
        return segments.ToImmutable();
    }
}
