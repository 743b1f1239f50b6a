using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Tests.Authentication;

/// <summary>A key that tests use to sign valid and invalid tokens.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly RSA _rsa = RSA.Create(2048);

    public SigningKey(string keyId)
    {
        var parameters = _rsa.ExportParameters(includePrivateParameters: false);
        Public = new SigningKeyInfo(keyId, Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
    }

    public SigningKeyInfo Public { get; }

    public string PublicPem => _rsa.ExportSubjectPublicKeyInfoPem();

    public byte[] PublicDer => _rsa.ExportSubjectPublicKeyInfo();

    public JsonObject Jwk => new() { ["kty"] = "RSA", ["n"] = Public.Modulus, ["e"] = Public.Exponent, ["kid"] = Public.KeyId };

    public JsonObject Header => new() { ["alg"] = "RS256", ["typ"] = "at+jwt", ["kid"] = Public.KeyId };

    public static JsonObject Payload(DateTimeOffset now) => new()
    {
        ["iss"] = "audio.orleans",
        ["aud"] = "audio.orleans",
        ["sub"] = "01900000-0000-7000-8000-00000000000a",
        ["sid"] = "01900000-0000-7000-8000-00000000000b",
        ["role"] = "dj",
        ["scope"] = "streams:read streams:write",
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddHours(24).ToUnixTimeSeconds(),
    };

    public string Sign(JsonObject header, JsonObject payload) => Sign(Part(header), Part(payload));

    public string Sign(string header, string payload) =>
        $"{header}.{payload}.{Base64Url.EncodeToString(_rsa.SignData(Encoding.ASCII.GetBytes($"{header}.{payload}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";

    public string SignPss(JsonObject header, JsonObject payload) =>
        $"{Part(header)}.{Part(payload)}.{Base64Url.EncodeToString(_rsa.SignData(Encoding.ASCII.GetBytes($"{Part(header)}.{Part(payload)}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pss))}";

    public static string Hs256(JsonObject header, JsonObject payload, byte[] key) =>
        $"{Part(header)}.{Part(payload)}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{Part(header)}.{Part(payload)}")))}";

    public static string Part(JsonObject json) => Part(json.ToJsonString(new JsonSerializerOptions()));

    public static string Part(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    public void Dispose() => _rsa.Dispose();
}
