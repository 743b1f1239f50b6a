using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>A range of an object, and the track it belongs to.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="Key">The object.</param>
/// <param name="Offset">Where the range begins in the object, in bytes.</param>
/// <param name="Length">The length in bytes.</param>
public readonly record struct Mp3Piece(Guid TrackId, string Key, long Offset, long Length);

/// <summary>
/// Maps each byte of a playlist's MP3: one frame that describes it, then the frames of its tracks in order. It is stable as long as the programme
/// is.
/// </summary>
public sealed class Mp3Layout
{
    /// <summary>
    /// Frames of one bitrate differ by a byte of padding, and one at a join may be larger; MP3 bitrates differ by at least a tenth.
    /// </summary>
    private const double RateTolerance = 0.02;

    private readonly ImmutableArray<(Guid TrackId, Mp3Source Mp3)> _tracks;
    private readonly byte[] _description;

    /// <summary>Creates the layout of at least one track; all must have their MP3, in one format.</summary>
    public Mp3Layout(ImmutableArray<PlaybackPart> parts)
    {
        _tracks = [.. parts.Select(part => (part.TrackId, part.Mp3!))];
        Duration = TimeSpan.FromTicks(_tracks.Sum(track => track.Mp3.Duration.Ticks));
        var (bytes, format) = (_tracks.Sum(track => track.Mp3.Length), _tracks[0].Mp3);
        _description = XingFrame.Make(format.SampleRate, format.Channels, (long)(Duration.TotalSeconds * format.SampleRate), bytes, IsConstant(), part => OffsetInTracks(Duration * part));
        Length = _description.Length + bytes;
    }

    /// <summary>The length in bytes.</summary>
    public long Length { get; }

    /// <summary>The playing time.</summary>
    public TimeSpan Duration { get; }

    /// <summary>
    /// The byte that plays at a time: exact at the start of tracks and at a constant bitrate, elsewhere within a second, as far as tracks know
    /// their positions.
    /// </summary>
    public long OffsetAt(TimeSpan time) => time == TimeSpan.Zero ? 0 : _description.Length + OffsetInTracks(time);

    /// <summary>The bytes of the first frame that fall into a range.</summary>
    public ReadOnlyMemory<byte> CutDescription(ByteRange range)
    {
        var start = (int)Math.Min(range.Offset, _description.Length);
        return _description.AsMemory(start, (int)Math.Min(range.Length, _description.Length - start));
    }

    /// <summary>The ranges of tracks that make up a range of the MP3, in order.</summary>
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

    /// <summary>Whether all tracks have the same constant bitrate.</summary>
    private bool IsConstant()
    {
        var first = RateOf(_tracks[0].Mp3);
        return _tracks.All(track => track.Mp3.IsConstant && Math.Abs(RateOf(track.Mp3) - first) < first * RateTolerance);
    }

    private static double RateOf(Mp3Source mp3) => mp3.Length / mp3.Duration.TotalSeconds;

    /// <summary>Between two known positions the bitrate is assumed to be constant.</summary>
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
