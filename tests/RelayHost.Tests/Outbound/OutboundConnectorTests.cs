using System.Net;
using System.Net.Sockets;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.Outbound;

/// <summary>
/// DNS rebinding has no effect, because a name is resolved only once. These tests check that a
/// socket connects to an address that the policy has checked, and that no proxy is involved.
/// </summary>
public sealed class OutboundConnectorTests
{
    [Fact]
    public async Task The_connection_goes_to_an_address_that_was_checked()
    {
        await using var source = ScriptedSource.Sending("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"u8.ToArray());
        var policy = Policy("127.0.0.0/8", "::1/128");
        var allowed = (await Dns.GetHostAddressesAsync("localhost")).ToList();
        using var client = Client(policy, out var connected);
        Assert.Equal("ok", await client.GetStringAsync(new Uri($"http://localhost:{source.Url.Port}/")));
        var remote = Assert.Single(connected);
        Assert.Contains(remote.Address, allowed);
        Assert.True(policy.IsAllowed(remote.Address));
    }

    [Fact]
    public async Task A_name_with_one_forbidden_address_is_refused()
    {
        // /etc/hosts often gives localhost both address families; if it gives only one, that one must be refused.
        await using var source = ScriptedSource.Sending("HTTP/1.1 200 OK\r\n\r\n", []);
        using var client = new OutboundConnector(Policy("10.0.0.0/8")).CreateClient(new OutboundOptions());
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://localhost:{source.Url.Port}/")));
        Assert.Equal("localhost", Assert.IsType<OutboundRefusedException>(error.InnerException).Host);
        Assert.Equal(0, source.Connections);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0x7f000001")]
    [InlineData("0177.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("[::ffff:7f00:1]")]
    [InlineData("[::]")]
    [InlineData("0.0.0.0")]
    [InlineData("0")]
    public async Task Every_notation_of_this_machines_address_is_refused_before_connecting(string host)
    {
        await using var source = ScriptedSource.Sending("HTTP/1.1 200 OK\r\n\r\n", []);
        using var client = new OutboundConnector(Policy()).CreateClient(new OutboundOptions());
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync(new Uri($"http://{host}:{source.Url.Port}/")));
        Assert.IsType<OutboundRefusedException>(error.InnerException);
        Assert.Equal(0, source.Connections);
    }

    [Fact]
    public async Task A_proxy_from_the_environment_is_not_used()
    {
        await using var source = ScriptedSource.Sending("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "ok"u8.ToArray());
        using var client = new OutboundConnector(Policy("127.0.0.0/8")).CreateClient(new OutboundOptions());
        var before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy(new Uri("http://127.0.0.1:9/"));
        try
        {
            Assert.Equal("ok", await client.GetStringAsync(source.Url));
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task A_connection_attempt_without_an_answer_times_out()
    {
        // A listener with a full queue drops new connections without an answer.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var endpoint = (IPEndPoint)listener.LocalEndPoint!;
        var queue = Enumerable.Range(0, 3).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in queue)
            _ = socket.ConnectAsync(endpoint).ContinueWith(connect => connect.Exception, TaskScheduler.Default);
        using var client = new OutboundConnector(Policy("127.0.0.0/8")).CreateClient(new OutboundOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) });
        var error = await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(new Uri($"http://{endpoint}/")).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.IsType<TimeoutException>(error.InnerException);
        queue.ForEach(socket => socket.Dispose());
    }

    private static AddressPolicy Policy(params string[] allowed) => new(new OutboundOptions { AllowedNetworks = allowed });

    private static HttpClient Client(AddressPolicy policy, out List<IPEndPoint> connected)
    {
        var endpoints = connected = [];
        var connector = new OutboundConnector(policy);
        return new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = connector.ConnectAsync,
            PlaintextStreamFilter = (context, _) =>
            {
                var inner = (NetworkStream)context.PlaintextStream;
                endpoints.Add(Unmapped((IPEndPoint)inner.Socket.RemoteEndPoint!));
                return ValueTask.FromResult(context.PlaintextStream);
            },
        });
    }

    private static IPEndPoint Unmapped(IPEndPoint endpoint) =>
        endpoint.Address.IsIPv4MappedToIPv6 ? new IPEndPoint(endpoint.Address.MapToIPv4(), endpoint.Port) : endpoint;
}
