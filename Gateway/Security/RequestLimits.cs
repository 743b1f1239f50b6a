using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AudioOrleans.Gateway.Security;

/// <summary>How large a request may be and how slowly it may come. What breaks these never costs more than a connection.</summary>
public static class RequestLimits
{
    private const int LongestLine = 8 * 1024;
    private const int LargestHeaders = 16 * 1024;
    private const int MostHeaders = 64;
    private const long LargestBody = 1024 * 1024;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    /// <summary>A body that comes slower than this, in bytes per second, is a connection held open and nothing else.</summary>
    private const double SlowestBody = 240;

    private static readonly TimeSpan SlowestBodyGrace = TimeSpan.FromSeconds(5);

    /// <summary>Sets the limits.</summary>
    public static WebApplicationBuilder AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(options =>
        {
            var limits = options.Limits;
            limits.MaxRequestLineSize = LongestLine;
            limits.MaxRequestHeadersTotalSize = LargestHeaders;
            limits.MaxRequestHeaderCount = MostHeaders;
            limits.MaxRequestBodySize = LargestBody;
            limits.RequestHeadersTimeout = HeadersTimeout;
            limits.KeepAliveTimeout = IdleTimeout;
            limits.MinRequestBodyDataRate = new MinDataRate(SlowestBody, SlowestBodyGrace);
        });
        return builder;
    }
}
