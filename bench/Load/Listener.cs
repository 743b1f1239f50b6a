using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Audio.Orleans.Bench.Load;

/// <summary>One listener: takes the HTTP away (headers, chunked encoding) and has the audio checked.</summary>
internal sealed class Listener(Socket socket, ExpectedAudio expected)
{
    private readonly StringBuilder _line = new();
    private readonly ExpectedAudio.Place _place = new(expected);
    private Part _part = Part.Status;
    private bool _chunked;
    private int _left;

    private enum Part
    {
        Status,
        Headers,
        ChunkSize,
        ChunkEnd,
        Audio,
    }

    /// <summary>Audio bytes so far.</summary>
    public long Received { get; private set; }

    /// <summary>Whether the connection has ended, or was refused.</summary>
    public bool Over { get; private set; }

    public int Gaps => _place.Gaps;

    /// <summary>Reads what is there; never waits.</summary>
    public void Read(byte[] buffer)
    {
        if (Over)
            return;
        var count = socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
            End();
        else
            Take(buffer.AsSpan(0, count));
    }

    private void End()
    {
        Over = true;
        socket.Dispose();
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !Over)
        {
            if (_part == Part.Audio)
            {
                var audio = _chunked ? bytes[..Math.Min(_left, bytes.Length)] : bytes;
                Received += audio.Length;
                _place.Check(audio);
                bytes = bytes[audio.Length..];
                _left -= audio.Length;
                if (_chunked && _left == 0)
                    _part = Part.ChunkEnd;
                continue;
            }
            var end = bytes.IndexOf((byte)'\n');
            _line.Append(Encoding.ASCII.GetString(end < 0 ? bytes : bytes[..end]));
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (end >= 0)
                TakeLine(_line.ToString().TrimEnd('\r'));
        }
    }

    private void TakeLine(string line)
    {
        _line.Clear();
        switch (_part)
        {
            case Part.Status when !line.Contains(" 200 ", StringComparison.Ordinal):
                End();
                break;
            case Part.Status:
                _part = Part.Headers;
                break;
            case Part.Headers when line.Length == 0:
                _part = _chunked ? Part.ChunkSize : Part.Audio;
                break;
            case Part.Headers:
                _chunked |= line.Equals("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase);
                break;
            case Part.ChunkEnd:
                _part = Part.ChunkSize;
                break;
            case Part.ChunkSize:
                _left = int.Parse(line, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
                _part = Part.Audio;
                if (_left == 0)
                    End();
                break;
        }
    }
}
