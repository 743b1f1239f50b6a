using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.RelayHost.Domains;

namespace AudioOrleans.RelayHost.Tests.Domains;

/// <summary>What is made of the answers of a resolver that lies, is silent, or leads in circles.</summary>
public sealed class DomainDnsTests : IAsyncLifetime, IDisposable
{
    private const string Host = "show.example.org";
    private const string Challenge = $"_audio-challenge.{Host}";
    private const string Target = "feeds.platform.test";
    private const int A = 1, Cname = 5, Txt = 16;

    private readonly UdpClient _server = new(new IPEndPoint(IPAddress.Loopback, 0));
    private readonly CancellationTokenSource _end = new();
    private Func<string, int, (string Name, int Type, string Value)[]?> _answers = (_, _) => [];
    private Task _serving = Task.CompletedTask;
    private int _questions;

    public Task InitializeAsync()
    {
        _serving = ServeAsync();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
    }

    public void Dispose()
    {
        _server.Dispose();
        _end.Dispose();
    }

    [Fact]
    public async Task Records_of_the_names_that_were_asked_for_count()
    {
        _answers = (name, type) => (name, type) switch
        {
            (Challenge, Txt) => [(Challenge.ToUpperInvariant(), Txt, "other"), (Challenge, Txt, "value")],
            (Host, Cname) => [(Host, Cname, $"alias.{Host}")],
            ($"alias.{Host}", Cname) => [($"alias.{Host}", Cname, Target.ToUpperInvariant())],
            _ => [],
        };
        Assert.Equal(new DnsFindings(DnsAnswer.Found, null, DnsAnswer.Found, null, false), await CheckAsync());
    }

    [Fact]
    public async Task Records_of_other_names_do_not()
    {
        _answers = (name, type) => (name, type) switch
        {
            // As if through an alias, and just so.
            (Challenge, Txt) => [(Challenge, Cname, "elsewhere.example.org"), ("elsewhere.example.org", Txt, "value"), (Target, Txt, "value")],
            (Host, Cname) => [("other.example.org", Cname, Target)],
            (Host, A) => [("other.example.org", A, "203.0.113.1")],
            (Target, A) => [(Target, A, "203.0.113.1")],
            _ => [],
        };
        var found = await CheckAsync();
        Assert.Equal((DnsAnswer.Missing, DnsAnswer.Missing, true), (found.Challenge, found.Pointer, found.HostIsFree));
    }

    [Fact]
    public async Task A_host_without_an_alias_has_the_addresses_of_the_target_and_no_others()
    {
        string[] addresses = ["203.0.113.1", "203.0.113.2"];
        _answers = (name, type) => (name, type) switch
        {
            (Host, A) => [.. addresses.Select(address => (Host, A, address))],
            (Target, A) => [(Target, A, "203.0.113.2"), (Target, A, "203.0.113.1")],
            _ => [],
        };
        Assert.Equal(DnsAnswer.Found, (await CheckAsync()).Pointer);
        addresses = ["203.0.113.1", "203.0.113.9"];
        Assert.Equal(DnsAnswer.Missing, (await CheckAsync()).Pointer);
    }

    [Fact]
    public async Task Aliases_without_end_are_given_up()
    {
        _answers = (name, type) => type == Cname ? [(name, Cname, $"a{name}")] : [];
        var found = await CheckAsync();
        Assert.Equal(DnsAnswer.Missing, found.Pointer);
        Assert.Contains("too many CNAME records", found.PointerDetail, StringComparison.Ordinal);
        Assert.InRange(Volatile.Read(ref _questions), 1, 20);
    }

    [Fact]
    public async Task Without_an_answer_nothing_is_known_and_that_soon()
    {
        _answers = (_, _) => null;
        var start = TimeProvider.System.GetTimestamp();
        var found = await CheckAsync();
        Assert.Equal((DnsAnswer.Unknown, DnsAnswer.Unknown), (found.Challenge, found.Pointer));
        Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Without_a_target_only_the_TXT_record_is_asked_for()
    {
        _answers = (name, type) => (name, type) switch
        {
            (Challenge, Txt) => [(Challenge, Txt, "value")],
            (Host, A) => [(Host, A, "127.0.0.1")],
            _ => [],
        };
        Assert.Equal(new DnsFindings(DnsAnswer.Found, null, DnsAnswer.Unknown, null, false), await CheckAsync(null));
        Assert.Equal(1, Volatile.Read(ref _questions));
    }

    private Task<DnsFindings> CheckAsync(string? target = Target) =>
        new DomainDns((IPEndPoint)_server.Client.LocalEndPoint!, TimeProvider.System).CheckAsync(Host, Challenge, "value", target, CancellationToken.None);

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var request = await _server.ReceiveAsync(_end.Token);
                Interlocked.Increment(ref _questions);
                var (name, length) = ReadName(request.Buffer);
                var type = BinaryPrimitives.ReadUInt16BigEndian(request.Buffer.AsSpan(12 + length));
                if (_answers(name, type) is { } answers)
                    await _server.SendAsync(Response(request.Buffer.AsMemory(0, 12 + length + 4), answers), request.RemoteEndPoint, _end.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private static (string Name, int Length) ReadName(byte[] message)
    {
        var (labels, at) = (new List<string>(), 12);
        for (; message[at] > 0; at += message[at] + 1)
            labels.Add(Encoding.ASCII.GetString(message, at + 1, message[at]));
        return (string.Join('.', labels), at + 1 - 12);
    }

    /// <summary>A response (RFC 1035, section 4) with the question of the request.</summary>
    private static byte[] Response(ReadOnlyMemory<byte> question, (string Name, int Type, string Value)[] answers)
    {
        using var message = new MemoryStream();
        message.Write(question.Span);
        foreach (var (name, type, value) in answers)
        {
            message.Write(NameOf(name));
            message.Write([0, (byte)type, 0, 1, 0, 0, 0, 1]);
            byte[] data = type switch { Cname => NameOf(value), Txt => [(byte)value.Length, .. Encoding.ASCII.GetBytes(value)], _ => IPAddress.Parse(value).GetAddressBytes() };
            message.Write([0, (byte)data.Length, .. data]);
        }
        var bytes = message.ToArray();
        (bytes[2], bytes[3]) = (0x81, 0x80); // A response without an error, of a resolver that recurses.
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)answers.Length);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(8), 0);
        return bytes;
    }

    private static byte[] NameOf(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
