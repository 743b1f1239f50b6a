using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>A piece of an object, and of which track it is.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="Key">The object.</param>
/// <param name="Offset">Where the piece begins in it, in bytes.</param>
/// <param name="Length">How many bytes it has.</param>
public readonly record struct Mp3Piece(Guid TrackId, string Key, long Offset, long Length);

/// <summary>
/// Where each byte of a playlist's MP3 lies: a frame that describes it, then the frames of its tracks one after the other. It stays the
/// same as long as the programme does.
/// </summary>
public sealed class Mp3Layout
{
    /// <summary>Frames of one rate differ by a byte of padding, and where tracks are joined one may be larger; rates of MP3 by a tenth at least.</summary>
    private const double RateTolerance = 0.02;

    private readonly ImmutableArray<(Guid TrackId, Mp3Source Mp3)> _tracks;
    private readonly byte[] _description;

    /// <summary>The layout of tracks that all have their MP3, of one format, and of which there is one at least.</summary>
    public Mp3Layout(ImmutableArray<PlaybackPart> parts)
    {
        _tracks = [.. parts.Select(part => (part.TrackId, part.Mp3!))];
        Duration = TimeSpan.FromTicks(_tracks.Sum(track => track.Mp3.Duration.Ticks));
        var (bytes, format) = (_tracks.Sum(track => track.Mp3.Length), _tracks[0].Mp3);
        _description = XingFrame.Make(format.SampleRate, format.Channels, (long)(Duration.TotalSeconds * format.SampleRate), bytes, IsConstant(), part => OffsetInTracks(Duration * part));
        Length = _description.Length + bytes;
    }

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>How long it plays.</summary>
    public TimeSpan Duration { get; }

    /// <summary>The byte that plays after so much time: exact at tracks' beginnings and where the rate is constant, and elsewhere within a second, as far as tracks know their positions.</summary>
    public long OffsetAt(TimeSpan time) => time == TimeSpan.Zero ? 0 : _description.Length + OffsetInTracks(time);

    /// <summary>What of the first frame is in a part of it.</summary>
    public ReadOnlyMemory<byte> CutDescription(ByteRange range)
    {
        var start = (int)Math.Min(range.Offset, _description.Length);
        return _description.AsMemory(start, (int)Math.Min(range.Length, _description.Length - start));
    }

    /// <summary>The pieces of tracks that make up a part of it, in order.</summary>
    public IEnumerable<Mp3Piece> Cut(ByteRange range)
    {
        var (skip, left) = (Math.Max(0, range.Offset - _description.Length), range.Length - CutDescription(range).Length);
        foreach (var (trackId, mp3) in _tracks)
        {
            if (left == 0)
                yield break;
            var length = Math.Min(mp3.Length - skip, left);
            if (length > 0)
            {
                yield return new Mp3Piece(trackId, mp3.Key, mp3.Offset + skip, length);
                left -= length;
            }
            skip = Math.Max(0, skip - mp3.Length);
        }
    }

    /// <summary>Whether all tracks have one and the same rate.</summary>
    private bool IsConstant()
    {
        var first = RateOf(_tracks[0].Mp3);
        return _tracks.All(track => track.Mp3.IsConstant && Math.Abs(RateOf(track.Mp3) - first) < first * RateTolerance);
    }

    private static double RateOf(Mp3Source mp3) => mp3.Length / mp3.Duration.TotalSeconds;

    /// <summary>Between two known places the rate is taken for constant.</summary>
    private static long OffsetIn(Mp3Source mp3, TimeSpan time)
    {
        if (mp3.Positions is not { IsEmpty: false } positions)
            return (long)(mp3.Length * (time / mp3.Duration));
        var index = Math.Min((int)(time / AudioSpan.PositionInterval), positions.Length - 1);
        var (start, from) = (AudioSpan.PositionInterval * index, positions[index]);
        var (end, to) = index + 1 < positions.Length ? (start + AudioSpan.PositionInterval, positions[index + 1]) : (mp3.Duration, mp3.Length);
        return from + (long)((to - from) * ((time - start) / (end - start)));
    }

    private long OffsetInTracks(TimeSpan time)
    {
        long offset = 0;
        foreach (var (_, mp3) in _tracks)
        {
            if (time < mp3.Duration)
                return offset + OffsetIn(mp3, time);
            time -= mp3.Duration;
            offset += mp3.Length;
        }
        return offset;
    }
}
