using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Audio.Orleans.Embedded.Tests.Surface;

/// <summary>What an assembly shows to others: its types with their kinds, and each member written out.</summary>
internal static class PublicSurface
{
    private static readonly string[] OfEveryObject = ["Equals(System.Object obj) : System.Boolean", "GetHashCode() : System.Int32", "ToString() : System.String"];

    /// <summary>Reads an assembly as metadata, without loading it.</summary>
    public static Dictionary<string, (string Kind, HashSet<string> Members)> Of(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        var reader = image.GetMetadataReader();
        return reader.TypeDefinitions
            .Where(handle => IsPublic(reader, handle))
            .ToDictionary(handle => SignatureText.NameOf(reader, handle), handle => (KindOf(reader, handle), MembersOf(reader, handle)));
    }

    /// <summary>Which assembly each type is from that this one refers to.</summary>
    public static Dictionary<string, string> HomesSeenBy(string path)
    {
        using var file = File.OpenRead(path);
        using var image = new PEReader(file);
        var reader = image.GetMetadataReader();
        return reader.TypeReferences
            .Where(handle => reader.GetTypeReference(handle).ResolutionScope.Kind == HandleKind.AssemblyReference)
            .ToDictionary(
                handle => SignatureText.NameOf(reader, handle),
                handle => reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)reader.GetTypeReference(handle).ResolutionScope).Name));
    }

    private static bool IsPublic(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        return (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic => IsPublic(reader, type.GetDeclaringType()),
            _ => false,
        };
    }

    private static string KindOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        if (type.Attributes.HasFlag(TypeAttributes.Interface))
            return "interface";
        var parent = type.BaseType.Kind == HandleKind.TypeReference ? SignatureText.NameOf(reader, (TypeReferenceHandle)type.BaseType) : "";
        var kind = parent switch
        {
            "System.Enum" => "enum",
            "System.ValueType" => "struct",
            "System.MulticastDelegate" => "delegate",
            _ => "class",
        };
        return kind != "class" ? kind
            : type.Attributes.HasFlag(TypeAttributes.Abstract | TypeAttributes.Sealed) ? "static class"
            : type.Attributes.HasFlag(TypeAttributes.Abstract) ? "abstract class"
            : type.Attributes.HasFlag(TypeAttributes.Sealed) ? "sealed class" : "class";
    }

    private static HashSet<string> MembersOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var methods = type.GetMethods().Select(reader.GetMethodDefinition)
            .Where(method => IsVisible((int)(method.Attributes & MethodAttributes.MemberAccessMask)))
            .Select(method => Text(reader, method))
            .Except(OfEveryObject);
        var fields = type.GetFields().Select(reader.GetFieldDefinition)
            .Where(field => IsVisible((int)(field.Attributes & FieldAttributes.FieldAccessMask)) && reader.GetString(field.Name) != "value__")
            .Select(field => Text(reader, field));
        return [.. methods, .. fields];
    }

    /// <summary>Public, protected, or protected internal: the numbers are the same for methods and fields.</summary>
    private static bool IsVisible(int access) => access is 4 or 5 or 6;

    private static string Text(MetadataReader reader, MethodDefinition method)
    {
        var signature = method.DecodeSignature(new SignatureText(), null);
        var parameters = method.GetParameters().Select(reader.GetParameter).Where(parameter => parameter.SequenceNumber > 0)
            .ToDictionary(parameter => parameter.SequenceNumber - 1);
        var list = signature.ParameterTypes.Select((type, i) => parameters.TryGetValue(i, out var parameter)
            ? $"{type} {reader.GetString(parameter.Name)}{(parameter.Attributes.HasFlag(ParameterAttributes.Optional) ? "?" : "")}"
            : type);
        var arity = signature.GenericParameterCount > 0 ? $"`{signature.GenericParameterCount}" : "";
        var kind = method.Attributes.HasFlag(MethodAttributes.Static) ? "static " : "";
        return $"{kind}{reader.GetString(method.Name)}{arity}({string.Join(", ", list)}) : {signature.ReturnType}";
    }

    private static string Text(MetadataReader reader, FieldDefinition field)
    {
        var kind = field.Attributes.HasFlag(FieldAttributes.Static) ? "static " : "";
        var text = $"{kind}{reader.GetString(field.Name)} : {field.DecodeSignature(new SignatureText(), null)}";
        if (field.GetDefaultValue() is not { IsNil: false } handle)
            return text;
        var constant = reader.GetConstant(handle);
        return FormattableString.Invariant($"{text} = {reader.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode)}");
    }
}
