using AudioOrleans.Configuration;
using AudioOrleans.Grains.Interfaces;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>
/// How responses name the platform's addresses: absolute URLs if <c>PublicUrl</c> is set, otherwise paths on the requested host.
/// </summary>
public sealed class PublicAddress
{
    private readonly string _start;

    private PublicAddress(string start) => _start = start;

    /// <summary>Reads <c>PublicUrl</c>.</summary>
    /// <exception cref="OptionsValidationException">It is not a valid address.</exception>
    public static PublicAddress Read(IConfiguration configuration)
    {
        var setting = configuration.GetSection("PublicUrl");
        if (setting.Value is not { Length: > 0 } text)
            return new PublicAddress("");
        var url = PublicUrl.Parse(text) ?? throw WrongSetting.Create(setting, PublicUrl.Expected);
        return new PublicAddress(url.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>The address of a path.</summary>
    public string Of(string path) => _start + path;

    /// <summary>
    /// The absolute URL of a path, for use outside of the response's own context; with the requested host if <c>PublicUrl</c> is not set.
    /// </summary>
    public string InFull(string path, HttpRequest request) => _start.Length > 0 ? Of(path) : $"{request.Scheme}://{request.Host.ToUriComponent()}{path}";
}
