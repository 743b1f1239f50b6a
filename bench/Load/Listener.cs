using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace AudioOrleans.Bench.Load;

/// <summary>One listener: takes the HTTP away (headers, chunked encoding) and has the audio checked.</summary>
internal sealed class Listener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
    private readonly byte[] _request;
    private readonly StringBuilder _line = new();
    private readonly ExpectedAudio.Place _place;
    private Part _part;
    private bool _chunked;
    private int _left;

    /// <summary>Begins to connect.</summary>
    public Listener(int port, string path, ExpectedAudio expected)
    {
        _place = new ExpectedAudio.Place(expected);
        _request = Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: bench\r\n\r\n");
        try
        {
            _socket.Connect(IPAddress.Loopback, port);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            // It goes on without us.
        }
    }

    private enum Part
    {
        Connecting,
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
        if (Over || (_part == Part.Connecting && !IsConnected()))
            return;
        var count = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return;
        if (error != SocketError.Success || count == 0)
            End();
        else
            Take(buffer.AsSpan(0, count));
    }

    private bool IsConnected()
    {
        if (!_socket.Poll(0, SelectMode.SelectWrite))
            return false;
        _socket.Send(_request);
        _part = Part.Status;
        return true;
    }

    public void Dispose() => _socket.Dispose();

    private void End()
    {
        Over = true;
        Dispose();
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
