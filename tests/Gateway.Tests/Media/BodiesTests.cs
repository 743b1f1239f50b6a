using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Gateway.Tests.Media;

public sealed class BodiesTests : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private readonly byte[] _bytes = RandomNumberGenerator.GetBytes(300 * 1024);
    private readonly ConcurrentQueue<string> _errors = [];
    private WebApplication _app = null!;
    private HttpClient _client = null!;
    private RequestDelegate _respond = _ => Task.CompletedTask;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(new ErrorLog(_errors));
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(context => _respond(context));
        await _app.StartAsync();
        _client = new HttpClient { BaseAddress = new Uri(_app.Urls.Single()) };
    }

    public Task DisposeAsync() => _app.DisposeAsync().AsTask();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task A_stream_is_sent_in_pieces_that_are_reported_before()
    {
        var sums = new List<(long Sum, bool IsLast)>();
        var sent = 0L;
        _respond = async context =>
        {
            context.Response.ContentLength = _bytes.Length;
            using var content = new MemoryStream(_bytes);
            Assert.True(await context.SendAsync(content, _bytes.Length, (length, isLast) =>
            {
                sums.Add((sent += length, isLast));
                return ValueTask.CompletedTask;
            }));
        };
        Assert.Equal(_bytes, await _client.GetByteArrayAsync(new Uri("/", UriKind.Relative)));
        Assert.Equal((_bytes.Length, true), sums[^1]);
        Assert.InRange(sums.Count, 2, 4);
        Assert.DoesNotContain(sums[..^1], piece => piece.IsLast);
    }

    [Fact]
    public async Task No_more_than_the_announced_length_is_sent()
    {
        _respond = async context =>
        {
            context.Response.ContentLength = 1000;
            using var content = new MemoryStream(_bytes);
            Assert.True(await context.SendAsync(content, 1000));
        };
        Assert.Equal(_bytes[..1000], await _client.GetByteArrayAsync(new Uri("/", UriKind.Relative)));
    }

    [Fact]
    public async Task A_stream_that_is_shorter_than_announced_ends_the_connection()
    {
        var wasWhole = true;
        _respond = async context =>
        {
            context.Response.ContentLength = _bytes.Length + 1;
            using var content = new MemoryStream(_bytes);
            wasWhole = await context.SendAsync(content, _bytes.Length + 1);
        };
        await Assert.ThrowsAsync<HttpRequestException>(() => Eventually.Ends(_client.GetByteArrayAsync(new Uri("/", UriKind.Relative)), Soon, "the connection ends"));
        Assert.False(wasWhole);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(32 * 1024)]
    [InlineData((32 * 1024) + 1)]
    [InlineData(300 * 1024)]
    public async Task Bytes_are_sent_whatever_their_number(int length)
    {
        _respond = context =>
        {
            context.Response.ContentLength = length;
            return context.SendAsync(_bytes.AsMemory(0, length));
        };
        for (var i = 0; i < 2; i++) // The connection can be used again.
            Assert.Equal(_bytes[..length], await _client.GetByteArrayAsync(new Uri("/", UriKind.Relative)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sending_ends_when_the_client_hangs_up(bool isStream)
    {
        var ended = new TaskCompletionSource();
        _respond = async context =>
        {
            const int Length = 64 * 1024 * 1024; // More than the buffers of both sides hold.
            context.Response.ContentLength = Length;
            context.Response.OnCompleted(() =>
            {
                ended.SetResult();
                return Task.CompletedTask;
            });
            using var content = new MemoryStream(new byte[Length]);
            await (isStream ? context.SendAsync(content, Length) : context.SendAsync(new byte[Length]));
        };
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(System.Net.IPAddress.Loopback, new Uri(_app.Urls.Single()).Port);
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
            Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[1000]));
            client.Client.LingerState = new LingerOption(true, 0);
        }
        await Eventually.Ends(ended.Task, Soon, "sending has ended");
        Assert.Empty(_errors);
    }

    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                errors.Enqueue($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }
}
