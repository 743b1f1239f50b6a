using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>Splits standard error into lines and keeps the last few. A carriage return also ends a line: ffmpeg's progress uses it.</summary>
internal sealed class LineTail(int capacity)
{
    private const int LongestLine = 4096;
    private readonly Queue<string> _lines = new(capacity);
    private readonly ArrayBufferWriter<byte> _partial = new();

    public ImmutableArray<string> Lines
    {
        get
        {
            lock (_lines)
                return [.. _lines];
        }
    }

    public void Append(ReadOnlySpan<byte> bytes, Action<string>? onLine)
    {
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
            var line = end < 0 ? bytes : bytes[..end];
            // The part of a line beyond the limit is dropped: a child that never ends its line must not fill our memory.
            _partial.Write(line[..Math.Min(line.Length, LongestLine - _partial.WrittenCount)]);
            if (end < 0)
                return;
            bytes = bytes[(end + 1)..];
            Complete(onLine);
        }
    }

    /// <summary>Ends the last line, which may lack its line feed.</summary>
    public void Complete(Action<string>? onLine)
    {
        if (_partial.WrittenCount == 0)
            return;
        var line = Encoding.UTF8.GetString(_partial.WrittenSpan);
        _partial.ResetWrittenCount();
        lock (_lines)
        {
            if (_lines.Count == capacity)
                _lines.TryDequeue(out _);
            if (capacity > 0)
                _lines.Enqueue(line);
        }

        onLine?.Invoke(line);
    }
}
