using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace AudioOrleans.Gateway.Security;

/// <summary>Limits on the size of requests and on their minimum data rate. A violation never costs more than a connection.</summary>
public static class RequestLimits
{
    private const int LongestLine = 8 * 1024;
    private const int LargestHeaders = 16 * 1024;
    private const int MostHeaders = 64;
    private const long LargestBody = 1024 * 1024;

    private static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromMinutes(2);

    /// <summary>In bytes per second. A slower body only serves to hold a connection open.</summary>
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

/// <summary>The platform's protection against attackers and clients that loop.</summary>
public static class SecurityServices
{
    /// <summary>Adds all of it.</summary>
    public static WebApplicationBuilder AddSecurity(this WebApplicationBuilder builder)
    {
        builder.AddRequestLimits();
        builder.Services.AddTrustedProxies(builder.Configuration);
        builder.Services.AddCrossOrigin(builder.Configuration);
        builder.Services.AddRateLimits(builder.Configuration);
        builder.Services.AddRequestDeadlines(builder.Configuration);
        return builder;
    }
}
