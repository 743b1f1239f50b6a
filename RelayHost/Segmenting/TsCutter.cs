using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Segmenting;

/// <summary>
/// Cuts a continuous MPEG transport stream with a single audio track (ISO/IEC 13818-1) into segments that decode on their own: each cut is directly
/// before an audio PES packet, and each segment starts with the program tables and the current title.
/// </summary>
public sealed class TsCutter(TimeSpan firstDuration, TimeSpan targetDuration)
{
    private const int PacketSize = 188;
    private const long Clock = 90_000;
    private const long ClockModulus = 1L << 33;

    private readonly SegmentBuffer _segment = new();
    private readonly ConcurrentQueue<(TimeSpan At, string Title)> _titles = new();
    private string _title = "";
    private byte _titleCounter;
    private long _firstPts = -1;
    private double _wanted = firstDuration.TotalSeconds * Clock;
    private byte[]? _pat;
    private byte[]? _pmt;
    private int _pmtPid = -1;
    private byte _tableCounter;
    private long _segmentStart = -1;
    private long _lastPts = -1;
    private long _pesDuration;
    private int _pesPackets;
    private int _lastPesPackets;

    /// <summary>Sets the title from a given time on; may be called while packets are written.</summary>
    /// <param name="at">Playing time from the start of the audio.</param>
    /// <param name="title">The title; empty when there is none any more.</param>
    public void Name(TimeSpan at, string title) => _titles.Enqueue((at, title));

    /// <summary>Takes one transport packet of 188 bytes. Returns the segment that ends before it, if any.</summary>
    /// <exception cref="SegmenterException">The packet has no sync byte, or a program table that points beyond its end.</exception>
    public CutSegment? Write(ReadOnlySpan<byte> packet)
    {
        if (packet.Length != PacketSize || packet[0] != 0x47)
            throw new SegmenterException("The segmenter's output is not a transport stream.");
        var pid = ((packet[1] & 0x1F) << 8) | packet[2];
        var startsUnit = (packet[1] & 0x40) != 0;
        if (TakeTable(packet, pid, startsUnit) || _pmt is null)
            return null;
        CutSegment? finished = null;
        if (startsUnit && TryReadPts(packet, out var pts))
            finished = AtPes(pts);
        if (_segment.WrittenCount > 0)
        {
            _segment.Write(packet);
            _pesPackets++;
        }
        return finished;
    }

    /// <summary>
    /// Ends the last segment; null when there is none. No timestamp marks the end of its last PES packet, so its duration follows from its length
    /// relative to the packet before.
    /// </summary>
    public CutSegment? Complete()
    {
        if (_segment.WrittenCount == 0)
            return null;
        var share = _lastPesPackets == 0 ? 1 : Math.Min(1, _pesPackets / (double)_lastPesPackets);
        return Finish(Distance(_segmentStart, _lastPts) + (long)(_pesDuration * share));
    }

    private CutSegment? AtPes(long pts)
    {
        CutSegment? finished = null;
        if (_lastPts >= 0)
            _pesDuration = Distance(_lastPts, pts);
        _lastPts = pts;
        (_lastPesPackets, _pesPackets) = (_pesPackets, 0);
        if (_firstPts < 0)
            _firstPts = pts;
        var renamed = TakeTitle(pts);
        if (_segmentStart < 0)
        {
            Begin(pts);
            return null;
        }
        // Of two possible cuts, takes the one nearer to the target: durations then round to the target, whatever a packet's length.
        var length = Distance(_segmentStart, pts);
        if (length + (_pesDuration / 2) >= _wanted)
        {
            finished = Finish(length);
            _wanted = targetDuration.TotalSeconds * Clock;
            Begin(pts);
        }
        // A segment begins with its title, but an empty title is not written there.
        if (renamed && (finished is null || _title.Length == 0))
            TimedMetadata.Write(_segment, _title, pts, ref _titleCounter);
        return finished;
    }

    /// <summary>Returns whether the title changes at this PES packet.</summary>
    private bool TakeTitle(long pts)
    {
        var played = TimeSpan.FromTicks(Distance(_firstPts, pts) * TimeSpan.TicksPerSecond / Clock);
        var last = _title;
        while (_titles.TryPeek(out var next) && next.At <= played && _titles.TryDequeue(out next))
            _title = next.Title;
        return _title != last;
    }

    private void Begin(long pts)
    {
        _segmentStart = pts;
        AppendTable(_pat!);
        AppendTable(_pmt!);
        _tableCounter = (byte)((_tableCounter + 1) & 0x0F);
        // Players may start with any segment.
        if (_title.Length > 0)
            TimedMetadata.Write(_segment, _title, pts, ref _titleCounter);
    }

    private CutSegment Finish(long length) => new(_segment.Finish(), TimeSpan.FromTicks(length * TimeSpan.TicksPerSecond / Clock));

    /// <summary>Stores the tables and writes them once at each segment's start, with our own continuity counters.</summary>
    private bool TakeTable(ReadOnlySpan<byte> packet, int pid, bool startsUnit)
    {
        const int sdtPid = 0x11;
        if (pid == sdtPid)
            return true;
        if (pid == 0)
        {
            if (startsUnit && _pat is null)
            {
                // Pointer field, table header of 8 bytes, then the program number and the PID of its map.
                var at = 5 + packet[4] + 8;
                if (at + 4 > PacketSize)
                    throw new SegmenterException("The segmenter's program table is damaged.");
                _pat = packet.ToArray();
                var entry = packet[at..];
                _pmtPid = ((entry[2] & 0x1F) << 8) | entry[3];
            }
            return true;
        }
        if (pid != _pmtPid)
            return false;
        _pmt ??= TimedMetadata.AddTo(packet);
        return true;
    }

    private void AppendTable(byte[] table)
    {
        table[3] = (byte)((table[3] & 0xF0) | _tableCounter);
        _segment.Write(table);
    }

    private static bool TryReadPts(ReadOnlySpan<byte> packet, out long pts)
    {
        pts = 0;
        var offset = 4;
        if ((packet[3] & 0x20) != 0)
            offset += 1 + packet[4];
        if (offset + 14 > PacketSize)
            return false;
        var pes = packet[offset..];
        var isAudioStart = pes[0] == 0 && pes[1] == 0 && pes[2] == 1 && (pes[3] & 0xE0) == 0xC0;
        if (!isAudioStart || (pes[7] & 0x80) == 0)
            return false;
        pts = ((long)(pes[9] & 0x0E) << 29) | ((long)(BinaryPrimitives.ReadUInt16BigEndian(pes[10..]) & 0xFFFE) << 14)
            | (BinaryPrimitives.ReadUInt16BigEndian(pes[12..]) >> 1 & 0x7FFFL);
        return true;
    }

    /// <summary>The distance from one timestamp to a later one; 33-bit timestamps wrap after 26.5 hours.</summary>
    private static long Distance(long from, long to) => (to - from + ClockModulus) % ClockModulus;
}
